// A verifier of Duban's audit folders that shares no code with Duban: signed notes and
// the Merkle tree are those of golang.org/x/mod/sumdb, which Go's checksum database is
// built on. It knows C2SP tlog-tiles paths, entry bundles and checkpoints, and nothing
// of what entries say.
//
//	audit_go verify DIR VKEY [RECEIPT...]
//	audit_go consistent DIR VKEY CHECKPOINT
//
// verify: the checkpoint is signed by VKEY, every entry of every bundle is the leaf that
// the tree has at its index, every hash tile is the tree's, and each receipt stands in
// its own checkpoint and in this tree. consistent: the tree of the older CHECKPOINT is the
// beginning of this one. Exit 0 when all of it holds, 1 with a line on what does not.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

// --- files as tlog-tiles names them -------------------------------------------------------

// Go's own paths carry the height (tile/8/0/001); those of tlog-tiles do not.
func tilePath(level string, n int64, w int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if w < width {
		path = fmt.Sprintf("%s.p/%d", path, w)
	}
	return "tile/" + level + "/" + path
}

// folder is a tlog.TileReader over files.
type folder string

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		name := tilePath(strconv.Itoa(t.L), t.N, t.W)
		data, err := os.ReadFile(filepath.Join(string(f), name))
		if err != nil {
			return nil, err
		}
		if len(data) != t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", name, len(data))
		}
		out = append(out, data)
	}
	return out, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) bundle(size, n int64) ([][]byte, error) {
	w := width
	if size-n*width < width {
		w = int(size - n*width)
	}
	name := tilePath("entries", n, w)
	data, err := os.ReadFile(filepath.Join(string(f), name))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s breaks off inside an entry", name)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	if len(entries) != w {
		return nil, fmt.Errorf("%s has %d entries, not %d", name, len(entries), w)
	}
	return entries, nil
}

// --- checkpoints --------------------------------------------------------------------------

func openCheckpoint(text []byte, key note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(text, note.VerifierList(key))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != key.Name() {
		return tree, fmt.Errorf("no checkpoint of %s", key.Name())
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || tree.N < 1 || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, fmt.Errorf("a size of %q", lines[1])
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("a root of %q", lines[2])
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

func readCheckpoint(file string, key note.Verifier) (tlog.Tree, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	return openCheckpoint(text, key)
}

// --- the tree -----------------------------------------------------------------------------

// checkEntries compares each entry with the leaf that the tree, proved from its root, has.
func checkEntries(dir folder, tree tlog.Tree, hashes tlog.HashReader) error {
	for n := int64(0); n*width < tree.N; n++ {
		entries, err := dir.bundle(tree.N, n)
		if err != nil {
			return err
		}
		var places []int64
		for i := range entries {
			places = append(places, tlog.StoredHashIndex(0, n*width+int64(i)))
		}
		leaves, err := hashes.ReadHashes(places)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != leaves[i] {
				return fmt.Errorf("entry %d is not the tree's", n*width+int64(i))
			}
		}
	}
	return nil
}

// checkTiles reads a hash of every tile of every level, which proves the tile.
func checkTiles(tree tlog.Tree, hashes tlog.HashReader) error {
	for level := 0; tree.N>>(height*level) > 0; level++ {
		count := tree.N >> (height * level)
		for n := int64(0); n < count; n += width {
			place := tlog.StoredHashIndex(height*level, n)
			if _, err := hashes.ReadHashes([]int64{place}); err != nil {
				return err
			}
		}
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("the root is another")
	}
	return err
}

// --- receipts -----------------------------------------------------------------------------

type receipt struct {
	entry      []byte
	index      int64
	proof      tlog.RecordProof
	checkpoint string
}

func readReceipt(file string) (r receipt, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	parts := strings.SplitN(string(data), "\n\n", 3)
	if len(parts) != 3 {
		return r, fmt.Errorf("%s is no receipt", file)
	}
	head, proof := strings.Split(parts[0], "\n"), strings.Split(parts[1], "\n")
	if len(head) != 2 || head[0] != "duban-receipt/1" ||
		!strings.HasPrefix(head[1], "entry ") || len(proof) < 2 ||
		proof[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(proof[1], "index ") {
		return r, fmt.Errorf("%s is no receipt", file)
	}
	r.entry, err = base64.StdEncoding.DecodeString(head[1][len("entry "):])
	if err != nil {
		return r, err
	}
	r.index, err = strconv.ParseInt(proof[1][len("index "):], 10, 64)
	for _, line := range proof[2:] {
		var hash tlog.Hash
		raw, bad := base64.StdEncoding.DecodeString(line)
		if bad != nil || len(raw) != tlog.HashSize {
			return r, fmt.Errorf("%s: a hash of %q", file, line)
		}
		copy(hash[:], raw)
		r.proof = append(r.proof, hash)
	}
	r.checkpoint = parts[2]
	return r, err
}

func checkReceipt(file string, key note.Verifier, tree tlog.Tree,
	hashes tlog.HashReader) error {
	r, err := readReceipt(file)
	if err != nil {
		return err
	}
	own, err := openCheckpoint([]byte(r.checkpoint), key)
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash(r.entry)
	if err := tlog.CheckRecord(r.proof, own.N, own.Hash, r.index, leaf); err != nil {
		return err
	}
	proof, err := tlog.ProveRecord(tree.N, r.index, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, r.index, leaf)
}

// --- commands -----------------------------------------------------------------------------

func verify(dir folder, key note.Verifier, receipts []string) error {
	tree, err := readCheckpoint(filepath.Join(string(dir), "checkpoint"), key)
	if err != nil {
		return fmt.Errorf("checkpoint: %v", err)
	}
	hashes := tlog.TileHashReader(tree, dir)
	if err := checkTiles(tree, hashes); err != nil {
		return err
	}
	if err := checkEntries(dir, tree, hashes); err != nil {
		return err
	}
	for _, file := range receipts {
		if err := checkReceipt(file, key, tree, hashes); err != nil {
			return fmt.Errorf("%s: %v", file, err)
		}
	}
	fmt.Printf("ok %d %v receipts %d\n", tree.N, tree.Hash, len(receipts))
	return nil
}

func consistent(dir folder, key note.Verifier, file string) error {
	tree, err := readCheckpoint(filepath.Join(string(dir), "checkpoint"), key)
	if err != nil {
		return fmt.Errorf("checkpoint: %v", err)
	}
	older, err := readCheckpoint(file, key)
	if err != nil {
		return fmt.Errorf("%s: %v", file, err)
	}
	proof, err := tlog.ProveTree(tree.N, older.N, tlog.TileHashReader(tree, dir))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
		return err
	}
	fmt.Printf("ok %d begins %d\n", older.N, tree.N)
	return nil
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "audit_go verify|consistent DIR VKEY [FILE...]")
		os.Exit(2)
	}
	key, err := note.NewVerifier(os.Args[3])
	if err == nil {
		switch {
		case os.Args[1] == "verify":
			err = verify(folder(os.Args[2]), key, os.Args[4:])
		case os.Args[1] == "consistent" && len(os.Args) == 5:
			err = consistent(folder(os.Args[2]), key, os.Args[4])
		default:
			err = fmt.Errorf("what is %q?", os.Args[1])
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

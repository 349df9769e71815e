/* The table of papers that comes with Duban: a DEFAULT for cities that have none of
 * their own (`duban forms set PLAN`). It is sent like any other, stands in the journal,
 * and no rule of the ledger knows it. Nothing of it is law: names, days and who may are
 * proposals, since the source documents name most of these papers and define few.
 * `duban forms default` prints it to be edited in a spreadsheet. Its format: forms.h.
 *
 * What an act from a named state does is waited for; an act from "*" (any state that has
 * not ended) is always possible and waited for by nobody. */
#ifndef DUBAN_CLIENT_CLI_FORMS_DEFAULT_H
#define DUBAN_CLIENT_CLI_FORMS_DEFAULT_H

/* clang-format off */
#define FORMS_DEFAULT \
    "row,code,zh,en,from,to,by,needs,ended,limit,breach_state,breach_form,effect,hidden,proposed,grades,cause,missing_min,running_min,of_offices,outside,again_days,note\n" \
    "form,urge1,提示单,Reminder slip,,,,,,,,,,,proposed,,,,,,,,三级督办之一：任务亮黄灯、红灯或单位未报时由时钟拟办，市政府办公室签发\n" \
    "state,proposed,拟办,proposed\n" \
    "state,signed,已签发,signed,,,,,,3,,urge2\n" \
    "state,acknowledged,已签收,acknowledged,,,,,,5,,urge2\n" \
    "state,pass_asked,申请改派,passing on asked,,,,,,2\n" \
    "state,answered,已答复,answered,,,,,,3\n" \
    "state,closed,已办结,closed,,,,,yes\n" \
    "state,dropped,不予制发,dropped,,,,,yes\n" \
    "act,propose,拟办,propose,,proposed,city,task;office\n" \
    "act,issue,直接签发,issue,,signed,city,task;office;text;document\n" \
    "act,sign,签发,sign,proposed,signed,city,document\n" \
    "act,drop,不予制发,drop,proposed,dropped,city\n" \
    "act,acknowledge,签收,acknowledge,signed,acknowledged,addressee\n" \
    "act,answer,答复,answer,acknowledged,answered,addressee,text\n" \
    "act,ask_pass,申请改派,ask to pass on,acknowledged,pass_asked,addressee,text\n" \
    "act,pass_on,改派,pass on,pass_asked,signed,city,office\n" \
    "act,keep,不予改派,keep,pass_asked,acknowledged,city,text\n" \
    "act,close,审核办结,close,answered,closed,city\n" \
    "act,return,退回重答,return,answered,acknowledged,city,text\n" \
    "act,withdraw,撤回,withdraw,*,dropped,city,text\n" \
    "trigger,,,,,,,,,,,,,,,yellow;red,,,,,,20\n" \
    "trigger,,,,,,,,,,,,,,,,,1,,yes,,20\n" \
    "form,urge2,催办单,Urging slip,,,,,,,,,,,proposed,,,,,,,,三级督办之二：提示单逾期未签收、未答复时拟办\n" \
    "state,proposed,拟办,proposed\n" \
    "state,signed,已签发,signed,,,,,,2,,urge3\n" \
    "state,acknowledged,已签收,acknowledged,,,,,,3,,urge3\n" \
    "state,pass_asked,申请改派,passing on asked,,,,,,2\n" \
    "state,answered,已答复,answered,,,,,,3\n" \
    "state,closed,已办结,closed,,,,,yes\n" \
    "state,dropped,不予制发,dropped,,,,,yes\n" \
    "act,propose,拟办,propose,,proposed,city,task;office\n" \
    "act,issue,直接签发,issue,,signed,city,task;office;text;document\n" \
    "act,sign,签发,sign,proposed,signed,city,document\n" \
    "act,drop,不予制发,drop,proposed,dropped,city\n" \
    "act,acknowledge,签收,acknowledge,signed,acknowledged,addressee\n" \
    "act,answer,答复,answer,acknowledged,answered,addressee,text\n" \
    "act,ask_pass,申请改派,ask to pass on,acknowledged,pass_asked,addressee,text\n" \
    "act,pass_on,改派,pass on,pass_asked,signed,city,office\n" \
    "act,keep,不予改派,keep,pass_asked,acknowledged,city,text\n" \
    "act,close,审核办结,close,answered,closed,city\n" \
    "act,return,退回重答,return,answered,acknowledged,city,text\n" \
    "act,withdraw,撤回,withdraw,*,dropped,city,text\n" \
    "form,urge3,督办单,Supervision slip,,,,,,,,,,,proposed,,,,,,,,三级督办之三：催办单逾期未签收、未答复时拟办；再逾期则拟约谈\n" \
    "state,proposed,拟办,proposed\n" \
    "state,signed,已签发,signed,,,,,,2,,talk\n" \
    "state,acknowledged,已签收,acknowledged,,,,,,3,,talk\n" \
    "state,pass_asked,申请改派,passing on asked,,,,,,2\n" \
    "state,answered,已答复,answered,,,,,,3\n" \
    "state,closed,已办结,closed,,,,,yes\n" \
    "state,dropped,不予制发,dropped,,,,,yes\n" \
    "act,propose,拟办,propose,,proposed,city,task;office\n" \
    "act,issue,直接签发,issue,,signed,city,task;office;text;document\n" \
    "act,sign,签发,sign,proposed,signed,city,document\n" \
    "act,drop,不予制发,drop,proposed,dropped,city\n" \
    "act,acknowledge,签收,acknowledge,signed,acknowledged,addressee\n" \
    "act,answer,答复,answer,acknowledged,answered,addressee,text\n" \
    "act,ask_pass,申请改派,ask to pass on,acknowledged,pass_asked,addressee,text\n" \
    "act,pass_on,改派,pass on,pass_asked,signed,city,office\n" \
    "act,keep,不予改派,keep,pass_asked,acknowledged,city,text\n" \
    "act,close,审核办结,close,answered,closed,city\n" \
    "act,return,退回重答,return,answered,acknowledged,city,text\n" \
    "act,withdraw,撤回,withdraw,*,dropped,city,text\n" \
    "form,letter,协调函,Letter of coordination,,,,,,,,,,,proposed,,,,,,,,发给市政府系统以外的单位，只协调、不排名；复函由其自办或由市政府办公室登记\n" \
    "state,proposed,拟办,proposed\n" \
    "state,signed,已发函,sent,,,,,,5\n" \
    "state,answered,已复函,answered,,,,,,3\n" \
    "state,closed,已办结,closed,,,,,yes\n" \
    "state,dropped,不予制发,dropped,,,,,yes\n" \
    "act,propose,拟办,propose,,proposed,city,task;office\n" \
    "act,issue,直接发函,issue,,signed,city,task;office;text;document\n" \
    "act,sign,签发,sign,proposed,signed,city,document\n" \
    "act,drop,不予制发,drop,proposed,dropped,city\n" \
    "act,answer,复函,answer,signed,answered,addressee;city,text\n" \
    "act,close,办结,close,answered,closed,city\n" \
    "act,withdraw,撤回,withdraw,*,dropped,city,text\n" \
    "trigger,,,,,,,,,,,,,,,yellow;red,,,,,yes,20\n" \
    "trigger,,,,,,,,,,,,,,,,,1,,yes,yes,20\n" \
    "form,ticket,提请协调（会商）事项,Ticket,,,,,,,,,,,,,,,,,,,到期未议定自动提级：牵头单位、牵头领导、市政府；领导与市政府的议定由市政府办公室登记\n" \
    "state,lead,牵头单位会商,with the lead,,,,,,5,leader\n" \
    "state,leader,牵头领导协调,with the lead leader,,,,,,5,government\n" \
    "state,government,市政府研究,with the city government,,,,,,10\n" \
    "state,settled,已议定,settled,,,,,,10\n" \
    "state,closed,已办结,closed,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,raise,提请协调,raise,,lead,lead;further_lead;responsible;city,task;text\n" \
    "act,reply,补充情况,reply,*,,opener;lead;further_lead;responsible;addressee;city,text\n" \
    "act,settle,牵头单位议定,settle,lead,settled,lead,text\n" \
    "act,climb,提级,climb,lead,leader,lead;opener;city,text\n" \
    "act,settle,牵头领导议定,settled by the leader,leader,settled,city,text;authority\n" \
    "act,settle,市政府议定,settled by the government,government,settled,city,text;authority;document\n" \
    "act,close,落实办结,close,settled,closed,opener;city,evidence\n" \
    "act,object,未落实再提,object,settled,leader,opener;city,text\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener,text\n" \
    "form,extension,延期申请,Extension,,,,,,,,,,,,,,,,,,,须在期限前提出；日期写新的期限；原期限一直可见，申请期间灯色不变\n" \
    "state,asked,待审批,asked,,,,,,5\n" \
    "state,granted,同意延期,extended,,,,,yes,,,,extend\n" \
    "state,refused,不予同意,refused,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,request,申请,request,,asked,lead;responsible;city,task;text;day\n" \
    "act,grant,同意,grant,asked,granted,city,day;document;authority\n" \
    "act,refuse,不同意,refuse,asked,refused,city,text\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener\n" \
    "form,exemption,核减申请,Exemption,,,,,,,,,,,,,,,,,,,客观原因，由市政府决定；自决定日期起退出各项比率，不溯及以往\n" \
    "state,asked,待审批,asked,,,,,,5\n" \
    "state,granted,同意核减,exempted,,,,,yes,,,,exempt\n" \
    "state,refused,不予同意,refused,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,request,申请,request,,asked,lead;responsible;city,task;text\n" \
    "act,grant,同意,grant,asked,granted,city,day;document;authority\n" \
    "act,refuse,不同意,refuse,asked,refused,city,text\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener\n" \
    "form,tolerance,容错免责申请,Tolerance,,,,,,,,,,,,,,,,,,,另列一类，不算未完成\n" \
    "state,asked,待审批,asked,,,,,,5\n" \
    "state,granted,认定容错免责,tolerated,,,,,yes,,,,tolerate\n" \
    "state,refused,不予同意,refused,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,request,申请,request,,asked,lead;responsible;city,task;text;evidence\n" \
    "act,grant,同意,grant,asked,granted,city,document;authority\n" \
    "act,refuse,不同意,refuse,asked,refused,city,text\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener\n" \
    "form,retarget,目标调整申请,Change of target,,,,,,,,,,,,,,,,,,,同意后另用修订（amend）改目标，再以修订的序号办结；以往各期仍按原目标\n" \
    "state,asked,待审批,asked,,,,,,5\n" \
    "state,decided,同意调整,decided,,,,,,10\n" \
    "state,amended,已修订,amended,,,,,yes\n" \
    "state,refused,不予同意,refused,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,request,申请,request,,asked,lead;city,task;text\n" \
    "act,decide,同意,decide,asked,decided,city,text;document;authority\n" \
    "act,refuse,不同意,refuse,asked,refused,city,text\n" \
    "act,amend,登记修订,amended,decided,amended,city,index\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener\n" \
    "form,finding,督查发现问题,Finding,,,,,,,,,,,,,,,,,,,四不两直：立项时不写任务和单位，记录里也看不出去哪里；存疑先听申辩，由有权机关认定，可申请复核\n" \
    "state,visit,暗访立项,visit,,,,,,,,,,yes\n" \
    "state,doubted,存疑,doubted,,,,,,5,heard\n" \
    "state,heard,申辩期满,heard,,,,,,5\n" \
    "state,confirmed,已认定,confirmed,,,,,,,,,find\n" \
    "state,review_asked,申请复核,review asked,,,,,,10\n" \
    "state,upheld,维持认定,upheld,,,,,yes\n" \
    "state,reversed,撤销认定,reversed,,,,,yes,,,,reverse\n" \
    "state,cleared,不予认定,cleared,,,,,yes\n" \
    "act,visit,暗访立项,visit,,visit,city,day\n" \
    "act,raise,提出存疑,raise,visit,doubted,city,task;office;text\n" \
    "act,note,直接存疑,note,,doubted,city,task;office;text\n" \
    "act,reply,申辩,reply,doubted,heard,addressee,text\n" \
    "act,confirm,认定,confirm,heard,confirmed,city,text;document;authority\n" \
    "act,clear,不予认定,clear,heard,cleared,city,text\n" \
    "act,drop,撤销立项,drop,visit,cleared,city,text\n" \
    "act,ask_review,申请复核,ask for review,confirmed,review_asked,addressee,text\n" \
    "act,uphold,维持,uphold,review_asked,upheld,city,text;document;authority\n" \
    "act,reverse,撤销,reverse,review_asked,reversed,city,text;document;authority\n" \
    "form,rectify,整改通知,Rectification,,,,,,,,,,,,,,,,,,,核实或督查之后的整改跟踪；逾期拟督办单\n" \
    "state,ordered,待整改,ordered,,,,,,15,,urge3\n" \
    "state,reported,已报整改,reported,,,,,,5\n" \
    "state,verified,整改到位,verified,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,order,通知整改,order,,ordered,city;lead,task;office;text\n" \
    "act,report,报整改,report,ordered,reported,addressee,text;evidence\n" \
    "act,verify,核实到位,verify,reported,verified,opener;city,text\n" \
    "act,return,退回再改,return,reported,ordered,opener;city,text\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener;city,text\n" \
    "form,close,办结销号,Closing,,,,,,,,,,,,,,,,,,,同意后逐号划掉、不再应报；重新办理留痕\n" \
    "state,requested,待核,requested,,,,,,5\n" \
    "state,returned,退回,returned,,,,,,10\n" \
    "state,approved,已办结销号,approved,,,,,yes,,,,close\n" \
    "state,reopened,已重新办理,reopened,,,,,yes,,,,reopen\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,request,申请办结,request,,requested,lead;city,task;text;evidence\n" \
    "act,approve,同意销号,approve,requested,approved,city,text\n" \
    "act,return,退回,return,requested,returned,city,text\n" \
    "act,resubmit,补正再报,resubmit,returned,requested,opener,text\n" \
    "act,reopen,重新办理,reopen,approved,reopened,city,text\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener\n" \
    "form,policy,制发政策,Policy paper,,,,,,,,,,,,,,,,,,,文件名写在标题；印发登记文号，任务即为完成\n" \
    "state,drafting,起草,drafting\n" \
    "state,consulting,征求意见,consulting,,,,,,30\n" \
    "state,legal,合法性审核,legality review,,,,,,15\n" \
    "state,deliberating,审议,deliberation,,,,,,20\n" \
    "state,issued,已印发,issued,,,,,yes,,,,fulfil\n" \
    "state,merged,已并入他文,merged,,,,,yes,,,,fulfil\n" \
    "state,dropped,不再制发,dropped,,,,,yes,,,,exempt\n" \
    "act,draft,起草,draft,,drafting,lead;city,task\n" \
    "act,consult,征求意见,consult,drafting,consulting,lead;city\n" \
    "act,review,送合法性审核,to legality review,consulting,legal,lead;city\n" \
    "act,redraft,退回修改,redraft,legal,drafting,lead;city,text\n" \
    "act,deliberate,提交审议,deliberate,legal,deliberating,lead;city,text\n" \
    "act,issue,印发,issue,deliberating,issued,lead;city,document;day\n" \
    "act,merge,并入他文,merge,*,merged,city,text;document\n" \
    "act,drop,不再制发,drop,*,dropped,city,text;authority;day\n" \
    "form,instruction,批示,Instruction,,,,,,,,,,,,,,,,,,,领导批示由市政府办公室登记，作出批示的职务写在决定机关\n" \
    "state,given,待落实,given,,,,,,10,,urge2\n" \
    "state,reported,已报落实,reported,,,,,,3\n" \
    "state,closed,已办结,closed,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,give,登记批示,give,,given,city,office;text;authority\n" \
    "act,report,报告落实,report,given,reported,addressee,text\n" \
    "act,continue,续办,go on,reported,given,city,text\n" \
    "act,close,办结,close,reported,closed,city\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,city,text\n" \
    "form,talk,约谈,Talk,,,,,,,,,,,proposed,,,,,,,,督办单逾期时拟办；也可直接通知\n" \
    "state,proposed,拟办,proposed\n" \
    "state,told,已通知,told,,,,,,5\n" \
    "state,held,已约谈,held,,,,,,5\n" \
    "state,promised,已作承诺,promised,,,,,,20\n" \
    "state,closed,已办结,closed,,,,,yes\n" \
    "state,dropped,不予约谈,dropped,,,,,yes\n" \
    "act,propose,拟办,propose,,proposed,city,office\n" \
    "act,call,直接通知,call,,told,city,office;text;day;authority\n" \
    "act,tell,通知,tell,proposed,told,city,text;day;authority\n" \
    "act,hold,已约谈,hold,told,held,city,text;day\n" \
    "act,promise,作出承诺,promise,held,promised,addressee,text\n" \
    "act,close,办结,close,promised,closed,city\n" \
    "act,drop,不予约谈,drop,*,dropped,city,text\n" \
    "form,meeting,专题推进会,Progress meeting,,,,,,,,,,,,,,,,,,,牵头领导定期召开，由牵头单位登记；未开的用 duban paper list --form meeting --none 看\n" \
    "state,planned,拟召开,planned\n" \
    "state,held,已召开,held,,,,,yes\n" \
    "state,cancelled,已取消,cancelled,,,,,yes\n" \
    "act,plan,拟召开,plan,,planned,lead;further_lead;city,task;day\n" \
    "act,record,登记,record,,held,lead;further_lead;city,task;day;text\n" \
    "act,hold,已召开,hold,planned,held,opener;city,day;text\n" \
    "act,cancel,取消,cancel,planned,cancelled,opener;city\n" \
    "form,action,议定事项,Action of a meeting,,,,,,,,,,,,,,,,,,,所指文书写专题推进会的编号\n" \
    "state,assigned,待落实,assigned,,,,,,10,,urge1\n" \
    "state,reported,已报落实,reported,,,,,,5\n" \
    "state,closed,已销号,closed,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,assign,交办,assign,,assigned,lead;further_lead;city,task;office;text;limit;refers\n" \
    "act,report,报告落实,report,assigned,reported,addressee,text\n" \
    "act,return,退回,return,reported,assigned,opener;city,text\n" \
    "act,close,销号,close,reported,closed,opener;city\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener;city,text\n" \
    "form,praise,通报表扬,Commendation\n" \
    "state,draft,起草,draft\n" \
    "state,issued,已印发,issued,,,,,yes\n" \
    "state,dropped,不予印发,dropped,,,,,yes\n" \
    "act,draft,起草,draft,,draft,city,office;text\n" \
    "act,issue,印发,issue,draft,issued,city,document;authority\n" \
    "act,drop,不予印发,drop,*,dropped,city\n" \
    "form,criticism,通报批评,Criticism,,,,,,,,,,,,,,,,,,,印发前告知被通报单位，听取申辩；到期未申辩视为期满\n" \
    "state,draft,起草,draft\n" \
    "state,told,已告知,told,,,,,,3,heard\n" \
    "state,heard,申辩期满,heard,,,,,,5\n" \
    "state,issued,已印发,issued,,,,,yes\n" \
    "state,dropped,不予印发,dropped,,,,,yes\n" \
    "act,draft,起草,draft,,draft,city,office;text\n" \
    "act,tell,告知,tell,draft,told,city,text\n" \
    "act,reply,申辩,reply,told,heard,addressee,text\n" \
    "act,issue,印发,issue,heard,issued,city,document;authority\n" \
    "act,drop,不予印发,drop,*,dropped,city,text\n" \
    "form,bulletin,督查通报,Bulletin,,,,,,,,,,,,,,,,,,,固定在一个序号上，重放得到同样的内容；征求意见时给出征求意见的单位\n" \
    "state,draft,起草,draft\n" \
    "state,comments,征求意见,comments,,,,,,3,ready\n" \
    "state,ready,待印发,ready,,,,,,5\n" \
    "state,issued,已印发,issued,,,,,yes\n" \
    "state,dropped,不予印发,dropped,,,,,yes\n" \
    "act,draft,起草,draft,,draft,city,index\n" \
    "act,circulate,征求意见,circulate,draft,comments,city,office\n" \
    "act,comment,提意见,comment,comments,,addressee,text\n" \
    "act,ready,意见收齐,ready,comments,ready,city\n" \
    "act,issue,印发,issue,ready,issued,city,document\n" \
    "act,drop,不予印发,drop,*,dropped,city,text\n" \
    "form,referral,移送追责,Accountability referral,,,,,,,,,,,,,,,,,,,系统只记录，处理由有权机关决定；不公开\n" \
    "state,referred,已移送,referred,,,,,,30,,,,yes\n" \
    "state,accepted,已受理,accepted,,,,,,,,,,yes\n" \
    "state,decided,已处理,decided,,,,,yes\n" \
    "state,dropped,不予受理,dropped,,,,,yes\n" \
    "act,refer,移送,refer,,referred,city,office;text;document;authority;evidence\n" \
    "act,accept,受理,accept,referred,accepted,city,text\n" \
    "act,decide,处理结果,decide,accepted,decided,city,text;document;authority\n" \
    "act,drop,不予受理,drop,*,dropped,city,text;authority\n" \
    "form,failure,无法完成报告,Failure report,,,,,,,,,,,,,,,,,,,客观原因无法完成的，由牵头单位报市政府；同意后既不算完成也不算逾期\n" \
    "state,reported,待决定,reported,,,,,,10\n" \
    "state,agreed,同意,agreed,,,,,yes,,,,exempt\n" \
    "state,refused,不同意，继续推进,refused,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,report,报告,report,,reported,lead;city,task;text;evidence\n" \
    "act,agree,同意,agree,reported,agreed,city,text;day;document;authority\n" \
    "act,refuse,不同意,refuse,reported,refused,city,text;authority\n" \
    "act,withdraw,撤回,withdraw,*,withdrawn,opener\n" \
    "form,double,双报告,Double report,,,,,,,,,,,,,,,,,,,未启用：文件没有说谁报什么给谁，没有触发行。定义之后由市政府办公室指定两个单位各自报告，再作比较\n" \
    "state,asked,待两方报告,asked,,,,,,5\n" \
    "state,compared,已比较,compared,,,,,,5\n" \
    "state,closed,已办结,closed,,,,,yes\n" \
    "state,dropped,已撤销,dropped,,,,,yes\n" \
    "act,ask,指定两方,ask,,asked,city,task;office;limit\n" \
    "act,report,报告,report,asked,,addressee,text\n" \
    "act,compare,比较,compare,asked,compared,city,text\n" \
    "act,close,办结,close,compared,closed,city\n" \
    "act,drop,撤销,drop,*,dropped,city\n" \
    "form,honour,荣誉争取,Honour won,,,,,,,,,,,,,,,,,,,向上争取的项目、资金、政策、试点和表彰\n" \
    "state,claimed,待核,claimed,,,,,,10\n" \
    "state,confirmed,已登记,confirmed,,,,,yes\n" \
    "state,refused,未通过,refused,,,,,yes\n" \
    "act,claim,申报登记,claim,,claimed,anyone,text;day;evidence\n" \
    "act,confirm,核实登记,confirm,claimed,confirmed,city,document\n" \
    "act,refuse,未通过,refuse,claimed,refused,city,text\n" \
    "form,event,活动登记,Event,,,,,,,,,,,,,,,,,,,讲座、走访等，只登记\n" \
    "state,registered,已登记,registered,,,,,yes\n" \
    "act,register,登记,register,,registered,anyone,text;day\n" \
    "act,note,补充,note,registered,,opener,text\n" \
    "form,follow,持续跟踪,Follow-up mark,,,,,,,,,,,,,,,,,,,长期性任务，没有截止日，跟踪到落实为止\n" \
    "state,followed,跟踪中,followed\n" \
    "state,settled,已销号,settled,,,,,yes\n" \
    "act,mark,列入跟踪,mark,,followed,city,task;text\n" \
    "act,check,跟踪记录,check in,*,,lead;responsible;city,text\n" \
    "act,settle,销号,settle,followed,settled,city,text\n" \
    "form,countersign,会签,Countersigning,,,,,,,,,,,,,,,,,,,第一牵头单位汇总后送其他牵头单位会签；有不同意见的写明，由送签单位办结\n" \
    "state,asked,待会签,asked,,,,,,5\n" \
    "state,signed,会签完毕,countersigned,,,,,yes\n" \
    "state,withdrawn,已撤回,withdrawn,,,,,yes\n" \
    "act,ask,送会签,ask,,asked,lead;city,task;office;text\n" \
    "act,sign,同意会签,countersign,asked,,addressee\n" \
    "act,object,不同意,object,asked,,addressee,text\n" \
    "act,finish,会签完毕,finish,asked,signed,opener;city,text\n" \
    "act,withdraw,撤回,withdraw,asked,withdrawn,opener;city,text\n"
/* clang-format on */

#endif

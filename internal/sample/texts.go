package sample

// ending is how far an incident goes.
type ending int

const (
	settled  ending = iota // handled on the spot
	accepted               // accepted as an administrative case 行政
	filed                  // accepted and filed as a criminal case 刑事
)

// plot is a kind of incident. {place} and {n} are filled in.
type plot struct {
	category, sub string
	level, weight int
	ending        ending
	repeats       int // per cent that is reported again
	places        setting
	summary       string
	handling      string // once fed back
}

// plots returns the invented kinds; the weights are per thousand, about.
func plots() []plot {
	return []plot{
		{"刑事案件", "持刀伤人", 1, 3, filed, 0, shops, "报警人称{place}有人持刀将人划伤，伤者{n}人", "嫌疑人当场抓获，伤者送医，已固定现场证据"},
		{"刑事案件", "抢夺", 1, 2, filed, 0, roads, "报警人称在{place}被骑车人抢走手提包", "已调取沿线监控，刑侦同步上案"},
		{"刑事案件", "电信网络诈骗", 2, 22, filed, 0, homes, "报警人称接到冒充客服电话，被骗转账{n}万余元", "已启动止付，反诈中心冻结部分资金"},
		{"刑事案件", "入室盗窃", 2, 14, filed, 0, homes, "报警人称{place}家中被撬，丢失现金首饰", "已勘查现场，提取指纹足迹"},
		{"刑事案件", "盗窃电动车", 3, 48, filed, 4, homes, "报警人称停放在{place}的电动车被盗", "已调取周边监控，锁定嫌疑人去向"},
		{"治安案件", "殴打他人", 3, 70, accepted, 3, shops, "报警人称在{place}因琐事被人殴打", "双方带回所内，伤情已委托鉴定"},
		{"治安案件", "酒后滋事", 3, 55, accepted, 6, shops, "{place}有人酒后闹事，推搡店员", "当事人已约束至酒醒，口头传唤到所"},
		{"治安案件", "赌博", 3, 15, accepted, 8, shops, "群众举报{place}有人聚众打牌赌钱", "现场查获{n}人，收缴赌资赌具"},
		{"治安案件", "故意损毁财物", 3, 32, accepted, 5, homes, "报警人称停在{place}的车辆被划", "已调取监控，嫌疑人身份已明确"},
		{"治安案件", "寻衅滋事", 2, 10, accepted, 3, shops, "{place}多人争吵推搡，围观群众较多", "增派警力到场，带离{n}人，现场秩序已恢复"},
		{"纠纷", "邻里纠纷", 4, 110, settled, 18, homes, "报警人称{place}邻居因漏水发生争吵", "现场调解，双方达成一致，联系社区跟进"},
		{"纠纷", "家庭纠纷", 3, 80, settled, 15, homes, "报警人称{place}家中夫妻争吵动手", "现场劝解，出具告诫书，已通报社区民警回访"},
		{"纠纷", "消费纠纷", 4, 75, settled, 4, shops, "报警人称在{place}消费后与商家发生纠纷", "现场调解，引导向市场监管部门投诉"},
		{"纠纷", "劳资纠纷", 2, 9, settled, 10, works, "{place}{n}0余名务工人员聚集讨要工资", "会同人社、街道到场协调，人员已散去"},
		{"群众求助", "老人走失", 3, 38, settled, 3, homes, "报警人称家中老人在{place}走失", "调取监控寻找，老人已找到并送回家"},
		{"群众求助", "未成年人走失", 2, 8, settled, 0, shops, "报警人称孩子在{place}与家人走散", "启动快速查找，孩子已安全交还家长"},
		{"群众求助", "开锁求助", 4, 60, settled, 2, homes, "报警人称被反锁在{place}门外", "核实身份后联系备案开锁人员"},
		{"群众求助", "遗失物品", 4, 70, settled, 1, shops, "报警人称在{place}遗失手机", "协助查看监控，物品已联系到拾得人"},
		{"交通事故", "车物相撞", 4, 78, settled, 1, roads, "{place}两车刮碰，无人员受伤", "移交交警快速处理，道路已恢复通行"},
		{"交通事故", "伤人事故", 3, 30, settled, 0, roads, "{place}一辆电动车与轿车相撞，{n}人受伤", "伤者送医，保护现场，移交交警大队"},
		{"噪音扰民", "生活噪音", 4, 96, settled, 30, homes, "报警人称{place}邻居音响声大影响休息", "现场劝阻，已关闭音响"},
		{"消防", "火情警戒", 2, 10, settled, 0, works, "{place}有浓烟冒出", "协助消防疏散群众{n}0余人，火情已扑灭，无人员伤亡"},
		{"其他", "可疑人员", 4, 45, settled, 4, homes, "报警人称{place}有人来回徘徊", "盘查核实身份，未发现异常"},
	}
}

// evidence lists what a case file gets, in the order in which it comes.
func evidence() []string {
	return []string{"询问笔录", "证人证言", "现场勘察", "监控录像"}
}

// setting is the kind of place where something happens.
type setting int

const (
	homes setting = iota
	shops
	roads
	works
)

func townPlaces(where setting) []string {
	return map[setting][]string{
		homes: {"一小区12号楼", "二小区7号楼", "花园小区3号楼", "家属院2号楼", "新村5号楼", "公寓B座", "河畔小区9号楼"},
		shops: {"农贸市场", "商业街", "夜市", "KTV", "便民超市", "快捷酒店", "网吧", "烧烤店", "健身房", "医院门诊楼"},
		roads: {"主路与二街路口", "公交站", "地铁口", "公园东门", "小学门前", "高架桥下", "写字楼停车场"},
		works: {"物流园", "建筑工地", "汽修厂", "写字楼", "仓库"},
	}[where]
}

func countryPlaces(where setting) []string {
	return map[setting][]string{
		homes: {"东村", "西村", "前屯", "后屯", "镇南小区5号楼", "机械厂宿舍", "粮库家属院"},
		shops: {"农贸大集", "便民超市", "饭店", "客运站", "卫生院", "棋牌室", "浴池"},
		roads: {"镇中心大街", "乡道路口", "中学门前", "加油站前", "国道岔口", "村桥头"},
		works: {"粮库", "养殖场", "大棚区", "砖厂", "农机站"},
	}[where]
}

func patrolPlaces() []string {
	return []string{
		"KTV", "影院", "夜市", "商业街", "学校周边", "地铁站", "客运站", "医院", "公园广场", "农贸市场", "酒吧街", "体育馆", "大型商超", "银行网点",
		"背街小巷", "城乡结合部", "加油站", "建筑工地",
	}
}

func patrolNotes() []string {
	return []string{
		"CBA总决赛期间，重点场所动态巡逻", "早晚高峰护学岗加强", "夜间路检路查，重点查处酒驾", "开展矛盾纠纷排查", "反诈宣传进社区", "燃气安全联合检查",
		"重点部位武装巡逻", "夜市闭市前加密巡逻", "电动车防盗专项巡逻",
	}
}

func surnames() []string {
	return []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗"}
}

func givenNames() []string {
	return []string{"伟", "强", "磊", "洋", "勇", "军", "杰", "涛", "明", "超", "丽", "敏", "静", "婷", "玉兰", "建国", "志刚", "海燕", "晓东", "春梅"}
}

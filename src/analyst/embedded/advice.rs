//! What to do next, in our own words: advice by kind of event, which states no fact. Kinds that
//! ask nothing of the reader have none.

use crate::model::label::{Event, Urgency};

/// The languages that advice is written in; others get English.
#[derive(Clone, Copy)]
enum Language {
    English,
    Chinese,
    Korean,
    Japanese,
}

impl Language {
    fn of(tag: Option<&str>) -> Self {
        match tag.map(|tag| tag.get(..2).unwrap_or(tag)) {
            Some("zh") => Self::Chinese,
            Some("ko") => Self::Korean,
            Some("ja") => Self::Japanese,
            _ => Self::English,
        }
    }
}

/// The advice for an event, in the item's language.
pub fn advice(event: Event, urgency: Urgency, lang: Option<&str>) -> Option<&'static str> {
    let language = Language::of(lang);
    let [english, chinese, korean, japanese] = match event {
        Event::Vulnerability if urgency == Urgency::ActNow => [
            "Find out today whether you run the affected software, patch or isolate it, and look through its logs.",
            "请今天就确认是否在使用受影响的软件，尽快修补或隔离，并检查日志。",
            "영향을 받는 소프트웨어를 사용하는지 오늘 확인하고, 패치하거나 격리한 뒤 로그를 점검하세요.",
            "影響を受けるソフトウェアを使っているか今日中に確認し、修正または隔離し、ログを調べてください。",
        ],
        Event::Vulnerability => [
            "Check whether you run the affected software and plan the update.",
            "请确认是否在使用受影响的软件，并安排更新。",
            "영향을 받는 소프트웨어를 사용하는지 확인하고 업데이트를 계획하세요.",
            "影響を受けるソフトウェアの使用を確認し、更新を計画してください。",
        ],
        Event::Breach => [
            "Check whether you or your suppliers are affected, and change reused passwords and keys.",
            "请确认自己或供应商是否受影响，并更换重复使用的密码和密钥。",
            "자신이나 협력사가 영향을 받는지 확인하고, 재사용한 비밀번호와 키를 바꾸세요.",
            "自社や取引先が影響を受けるか確認し、使い回したパスワードや鍵を変更してください。",
        ],
        Event::Threat => [
            "Compare the indicators in the report with your own logs, and brief those who may be targeted.",
            "请将报告中的入侵指标与自己的日志比对，并提醒可能成为目标的人员。",
            "보고서의 침해 지표를 자사 로그와 비교하고, 표적이 될 수 있는 사람에게 알리세요.",
            "報告の侵害指標を自社のログと照合し、標的になりうる人に知らせてください。",
        ],
        Event::Deprecation => [
            "Find out whether you depend on it, and plan the move before it ends.",
            "请确认是否依赖该产品，并在其停止前安排迁移。",
            "의존하고 있는지 확인하고, 종료 전에 이전을 계획하세요.",
            "依存していないか確認し、終了前に移行を計画してください。",
        ],
        Event::Outage => [
            "Check whether your services were hit, and what they do when this provider fails.",
            "请检查自己的服务是否受到影响，以及该服务商故障时的应对方案。",
            "서비스가 영향을 받았는지, 이 업체에 장애가 나면 어떻게 되는지 점검하세요.",
            "自社サービスへの影響と、この事業者の障害時の備えを確認してください。",
        ],
        Event::Release => [
            "Read the release notes, and try it outside production first.",
            "请阅读发布说明，先在非生产环境中试用。",
            "릴리스 노트를 읽고, 먼저 운영 환경 밖에서 시험해 보세요.",
            "リリースノートを読み、まず本番以外で試してください。",
        ],
        Event::Pricing => [
            "Compare the new prices with what you use before the next renewal.",
            "请在下次续费前，将新价格与实际用量进行比较。",
            "다음 갱신 전에 새 가격을 실제 사용량과 비교하세요.",
            "次の更新前に、新しい価格を実際の利用量と比べてください。",
        ],
        Event::Policy | Event::Legal => [
            "Ask whoever answers for compliance whether this touches you.",
            "请向负责合规的同事确认这是否涉及你们。",
            "규정 준수 담당자에게 해당 여부를 확인하세요.",
            "コンプライアンス担当者に、自社に関わるか確認してください。",
        ],
        Event::ResearchPaper => [
            "Read the paper's limitations before you build on it.",
            "在据此开展工作之前，请先阅读论文的局限性部分。",
            "활용하기 전에 논문의 한계를 먼저 읽어 보세요.",
            "応用する前に、論文の限界の節を読んでください。",
        ],
        Event::Acquisition | Event::Partnership | Event::HiringLayoffs => [
            "If you depend on the companies named, ask what changes for their customers.",
            "如果依赖文中提到的公司，请询问这对客户意味着什么变化。",
            "언급된 회사에 의존한다면, 고객에게 무엇이 달라지는지 물어보세요.",
            "名前の挙がった企業に依存しているなら、顧客への影響を確認してください。",
        ],
        Event::Report | Event::Funding | Event::Earnings | Event::OpinionTutorial | Event::Other => return None,
    };
    Some(match language {
        Language::English => english,
        Language::Chinese => chinese,
        Language::Korean => korean,
        Language::Japanese => japanese,
    })
}

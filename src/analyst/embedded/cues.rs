//! Words that show what a sentence does: it gives a reason, asks for action, looks ahead.

/// Consequences and reasons.
const REASONS: &[&str] = &[
    "means that", "this means", "which means", "meaning ", "because ", "as a result", "the result", "impact",
    "affect", "risk", "threat", "danger", "important", "significan", "critical to", "underscore", "highlight", "raises concern",
    "concern", "so that", "first time", "the first ", "largest", "biggest", "record", "allow", "enabl", "could lead",
    "could let", "could allow", "can lead", "leaving", "without ", "at stake", "matters", "crucial", "key to", "potential",
    "benefit", "reduc", "improv", "faster", "cheaper", "replace", "compete", "rival", "shift", "millions of", "billion",
    "意味着", "影响", "因此", "由于", "标志着", "首次", "风险", "重要", "关键", "促使", "有望", "威胁", "有助于", "提升",
    "降低", "最大", "首个", "导致", "使得", "从而", "竞争", "因为",
    "때문", "영향", "위험", "의미", "우려", "중요", "최대", "처음", "위협", "가능",
    "ため", "影響", "意味", "リスク", "重要", "初めて", "最大", "懸念",
];
/// Requests to the reader, strong enough to stand as advice.
const ACTIONS: &[&str] = &[
    "should ", "recommend", "advised to", "advises", "urged to", "urges ", "urging", "must ", "users are encouraged",
    "update to", "upgrade to", "apply the", "rotate ", "to mitigate", "mitigation", "workaround", "make sure", "be sure to",
    "is now available", "are now available", "can be downloaded", "can sign up", "can apply", "by the deadline",
    "建议", "请立即", "尽快", "应当", "务必", "请用户", "请尽", "可前往", "升级至", "升级到", "更新至",
    "권고", "당부", "해야 한다", "업데이트해야", "적용해야",
    "推奨", "してください", "アップデートする", "呼びかけ",
];
/// Statements about the future.
const AHEAD: &[&str] = &[
    " will ", "won't ", " plans to", " plan to", "expected to", "expects to", "set to ", "aims to", "scheduled", "upcoming",
    "next year", "next month", "later this year", "by the end of", "by 2027", "by 2028", "by 2030", "forecast", "roadmap",
    "intends to", "is likely to", "are likely to", "predict",
    "将于", "将在", "将会", "预计", "计划", "有望", "即将", "未来", "到 20", "明年", "下半年",
    "예정", "계획", "전망", "예상", "내년",
    "予定", "計画", "見込み", "見通し", "来年",
];
/// Names, numbers and mechanisms: what an expert looks for.
const TECHNICAL: &[&str] = &[
    "cve-", "cvss", "version", "parameter", "api", "architecture", "token", "gpu", "memory", "latency", "benchmark",
    "protocol", "encryption", "kernel", "model", "dataset", "training", "inference", "bandwidth", "throughput",
    "algorithm", "vulnerab", "exploit", "payload", "authenticat", "server", "chip", "nanometer", "compil", "library",
    "参数", "架构", "模型", "算法", "带宽", "内存", "芯片", "工艺", "训练", "推理", "漏洞", "协议", "性能", "接口", "版本",
    "모델", "아키텍처", "취약점", "성능", "メモリ", "性能", "モデル", "脆弱性",
];

fn count(words: &str, cues: &[&str]) -> usize {
    let small = words.to_lowercase();
    cues.iter().filter(|cue| small.contains(*cue)).count()
}

/// How strongly a sentence gives a reason or a consequence.
pub fn reasons(words: &str) -> usize {
    count(words, REASONS)
}

/// Whether a sentence asks the reader to do something.
pub fn asks_for_action(words: &str) -> bool {
    count(words, ACTIONS) > 0
}

/// Whether a sentence looks ahead.
pub fn looks_ahead(words: &str) -> bool {
    count(&format!(" {words}"), AHEAD) > 0
}

/// How technical a sentence is.
pub fn technical(words: &str) -> usize {
    let figures = words.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).count();
    count(words, TECHNICAL) + figures.min(3)
}

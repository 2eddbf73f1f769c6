//! What kind of event a text reports, how urgent it is, and when advice of ours fits. All texts are
//! invented.

use tidings::model::card::{Card, ClaimKind};
use tidings::model::label::{Event, Urgency};

use crate::analyst::card;

/// The advice of ours on a card.
fn advice(card: &Card) -> Option<&str> {
    let next = card.tldr.what_to_do_next.as_ref()?;
    (next.kind == ClaimKind::Template).then_some(next.text.as_str())
}

/// Words of security, software and business happen to everybody. Nobody should be told to look
/// through his logs because a dog was poisoned.
#[test]
fn general_news_gets_no_advice_and_no_alarm() {
    for (title, body) in [
        ("小狗在公园被毒死，居民怀疑有人投毒", "多名居民发现小狗倒在草地上，警方已经介入调查。"),
        (
            "Medics bring vulnerable children away from the front",
            "A team of volunteers took twelve children out of the town while the shelling went on.",
        ),
        (
            "Thousands of elderly people still vulnerable as winter comes",
            "Care homes say that the flaw in the new rules leaves their residents exposed to the cold.",
        ),
        (
            "Stolen notebooks of the naturalist returned after twenty years",
            "The two notebooks were left in a pink bag outside the library in Northwick.",
        ),
        (
            "Champion shocks tennis fans with retirement at 25",
            "The world number one retires at the height of her career.",
        ),
        (
            "Fighting cuts off insulin supply in the north",
            "Hospitals in the besieged region have run out of medicine for their patients.",
        ),
        (
            "A recipe for lamb with tomatoes and orzo",
            "Buy the lamb from your butcher and acquire the feta that you like best; it takes an hour.",
        ),
        ("Sol 12: left camera, acquired at 14:24 (local mean solar time)", ""),
        (
            "The new console is $50 off today only",
            "The shop will sell it to you for less if you buy one before midnight.",
        ),
        (
            "First trailer for the film of the famous mining game released",
            "The movie with a cast of stars comes to cinemas in spring.",
        ),
        (
            "Girl who raised the alarm after landslide is honoured",
            "Her seed of courage saved a village, the mayor said on Sunday.",
        ),
        ("Musician admits murdering teenager", "He pleaded guilty at the crown court and will be sentenced in May."),
        ("明星学者辞职9天后身亡", "他在辞职后独自前往山区，家人随后与他失去联系。"),
        ("Kinder chocolate eggs linked to poisoning outbreak", "Sixty children fell ill after eating them."),
    ] {
        let card = card(title, body);
        assert_eq!(advice(&card), None, "{title}: {:?}", card.event);
        assert_eq!(card.urgency, Urgency::Fyi, "{title}");
        let general = [Event::Other, Event::OpinionTutorial, Event::Report, Event::Legal];
        assert!(general.contains(&card.event), "{title}: {:?}", card.event);
    }
}

#[test]
fn what_happens_to_software_is_still_told_and_advised_on() {
    for (title, body, event, urgency, words) in [
        (
            "Roadrunner 4.2 released",
            "Version 4.2 of the Roadrunner mail server has been released. It fixes forty bugs.",
            Event::Release,
            Urgency::Fyi,
            Some("release notes"),
        ),
        (
            "CVE-2026-4711: SQL injection in Roadrunner",
            "A vulnerability in the Roadrunner server lets a logged-in user read the database. Versions before 4.2 are affected.",
            Event::Vulnerability,
            Urgency::ThisWeek,
            Some("affected software"),
        ),
        (
            "Coyote OS lets anybody log in as root without a password",
            "A security issue in the operating system allows admin access without a password to whoever sits at the computer.",
            Event::Vulnerability,
            Urgency::ActNow,
            Some("patch or isolate"),
        ),
        (
            "Bleeding heart vulnerability in the OpenSSL library",
            "The bug in OpenSSL lets attackers read the memory of servers, private keys among it.",
            Event::Vulnerability,
            Urgency::ThisWeek,
            Some("affected software"),
        ),
        (
            "Acme Pay breach exposed data of 8 million customers",
            "Names and account numbers of customers were downloaded from the app's database by a former employee.",
            Event::Breach,
            Urgency::ThisWeek,
            Some("suppliers"),
        ),
        (
            "热门 npm 包遭供应链投毒，可窃取密码",
            "安全公司发现该 npm 软件包的三个版本含有恶意代码，攻击者借此窃取开发者的密码与密钥，建议立即更新。",
            Event::Threat,
            Urgency::ActNow,
            Some("入侵指标"),
        ),
        (
            "Acme acquires security startup Wile for $2 billion",
            "The company said that the deal closes in spring. Wile has 400 employees.",
            Event::Acquisition,
            Urgency::Fyi,
            Some("their customers"),
        ),
        // Happens to companies, and asks nothing of the reader.
        (
            "Acme sued over layoffs",
            "Former employees of the company filed a lawsuit in a federal court on Monday.",
            Event::Legal,
            Urgency::Fyi,
            None,
        ),
    ] {
        let card = card(title, body);
        assert_eq!((card.event, card.urgency), (event, urgency), "{title}");
        let given = advice(&card);
        assert_eq!(given.is_some(), words.is_some(), "{title}: {given:?}");
        assert!(words.is_none_or(|words| given.unwrap().contains(words)), "{title}: {given:?}");
    }
}

/// Advice needs more than the right kind of event.
#[test]
fn advice_fits_or_is_left_out() {
    for (title, body) in [
        // A game is not tried outside production first.
        ("Star Miners 2 Released", "The game is out now on Steam, with new gameplay for up to four players."),
        // Nothing here is installed by the reader.
        (
            "Rethinking vulnerability disclosure for AI models",
            "A report on how vulnerability research could be rewarded.",
        ),
        ("Acme to sell its phones at lower prices", "The price cut of the smartphone comes before the holidays."),
    ] {
        assert_eq!(advice(&card(title, body)), None, "{title}");
    }
}

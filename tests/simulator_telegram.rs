//! The simulated Telegram, proven by raw requests.

use crate::world::telegram::Telegram;

#[tokio::test]
async fn a_dropped_simulator_closes_its_connections() {
    let telegram = Telegram::start().await;
    telegram.group("x");
}

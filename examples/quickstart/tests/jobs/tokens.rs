//! The refresh grant.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use durable_jobs::Status;
use durable_jobs_testing::{TestHost, block_on};
use quickstart::{TokenRefresher, TokenRefresherClient, services::HttpAnswer};

use crate::world::FakeWorld;

fn answer(status: u16, body: &str) -> Result<HttpAnswer, &'static str> {
    Ok(HttpAnswer {
        status,
        retry_after: None,
        body: body.to_owned(),
    })
}

fn granted(access: &str, refresh: &str) -> Result<HttpAnswer, &'static str> {
    answer(
        200,
        &format!(
            r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":3600,"refresh_token":"{refresh}"}}"#
        ),
    )
}

/// A user who has just signed in, in a world with these answers.
async fn signed_in<const N: usize>(
    answers: [Result<HttpAnswer, &'static str>; N],
) -> (Arc<FakeWorld>, TestHost, TokenRefresherClient) {
    let world = Arc::new(FakeWorld {
        token_answers: Mutex::new(answers.into()),
        ..FakeWorld::default()
    });
    let host = world.host().await;
    let client = TokenRefresherClient::new(&host);
    client
        .start("ada", TokenRefresher::new("first"))
        .await
        .unwrap();
    (world, host, client)
}

#[test]
fn refreshes_at_once_and_again_shortly_before_the_token_expires() {
    block_on(async {
        let (world, host, client) =
            signed_in([granted("a1", "second"), granted("a2", "third")]).await;

        assert_eq!(host.advance("0s").await.len(), 1);
        assert_eq!(
            client.state("ada").await.unwrap().unwrap().access_token,
            "a1"
        );
        assert_eq!(host.advance("59m 56s").await.len(), 0);
        assert_eq!(host.advance("1s").await.len(), 1);

        assert_eq!(*world.traded_in.lock().unwrap(), ["first", "second"]);
        let state = client.state("ada").await.unwrap().unwrap();
        assert_eq!(
            (state.access_token.as_str(), state.refresh_token.as_str()),
            ("a2", "third")
        );
    });
}

#[test]
fn keeps_the_refresh_token_when_the_server_does_not_replace_it() {
    block_on(async {
        let body = r#"{"access_token":"a1","token_type":"Bearer"}"#;
        let (_, host, client) = signed_in([answer(200, body)]).await;
        host.advance("0s").await;
        assert_eq!(
            client.state("ada").await.unwrap().unwrap().refresh_token,
            "first"
        );
        let status = client.status("ada").await.unwrap();
        assert_eq!(
            status.next_run_at,
            Some(host.now() + Duration::from_secs(30))
        );
    });
}

#[test]
fn stops_for_good_when_the_user_has_withdrawn_the_consent() {
    block_on(async {
        let body = r#"{"error":"invalid_grant","error_description":"withdrawn"}"#;
        let (world, host, client) = signed_in([answer(400, body)]).await;
        host.advance("1d").await;
        assert_eq!(world.traded_in.lock().unwrap().len(), 1);
        assert_eq!(client.status("ada").await.unwrap().status, Status::NotFound);
    });
}

#[test]
fn comes_back_when_the_server_says() {
    block_on(async {
        let busy = HttpAnswer {
            status: 503,
            retry_after: Some(Duration::from_mins(2)),
            body: String::new(),
        };
        let (world, host, _) = signed_in([Ok(busy), granted("a1", "second")]).await;
        host.advance("1m 59s").await;
        assert_eq!(world.traded_in.lock().unwrap().len(), 1);
        let ran = host.advance("1s").await;
        assert!(
            ran.iter().all(|ran| ran.succeeded() && ran.attempt == 2),
            "{ran:?}"
        );
        assert_eq!(*world.traded_in.lock().unwrap(), ["first", "first"]);
    });
}

#[test]
fn tries_again_soon_when_the_network_fails() {
    block_on(async {
        let (_, host, client) = signed_in([Err("connection reset"), granted("a1", "second")]).await;
        let ran = host.advance("2s").await;
        assert_eq!(
            ran.iter().map(|ran| ran.succeeded()).collect::<Vec<_>>(),
            [false, true]
        );
        assert_eq!(
            client.state("ada").await.unwrap().unwrap().access_token,
            "a1"
        );
    });
}

#[test]
fn a_mistake_of_ours_is_not_repeated_before_the_next_slot() {
    block_on(async {
        let mistake = answer(401, r#"{"error":"invalid_client"}"#);
        let (world, host, client) = signed_in([mistake, granted("a1", "second")]).await;
        host.advance("29s").await;
        assert_eq!(world.traded_in.lock().unwrap().len(), 1);
        assert_eq!(
            client.status("ada").await.unwrap().last_error.as_deref(),
            Some("invalid_client")
        );
        host.advance("1s").await;
        assert_eq!(
            client.state("ada").await.unwrap().unwrap().access_token,
            "a1"
        );
    });
}

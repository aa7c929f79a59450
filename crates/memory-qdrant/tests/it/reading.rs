//! Whoever reads sees one state of a call, and all of it, whoever writes and wherever he is paused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use access::Scope;
use conversation::Tenant;
use memory_qdrant::{CollectionOptions, QdrantStore};
use memory_store::testing::{SampleCall, call};
use memory_store::{Candidates, ErrorKind, Filter, PassageStore, Question};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::server::{Server, connect, embedder, in_time, key, named, space};

/// As many passages as the turn says, modulo 3, each naming the turn.
fn of_turn(turn: usize) -> SampleCall {
    let said = (0..=turn % 3).map(|part| format!("alpha turn{turn} part{part}"));
    said.fold(call("1").facts_hash(&turn.to_string()), SampleCall::says)
}

async fn write(store: &QdrantStore, sample: &SampleCall) -> Result<u64, ErrorKind> {
    let written = store.write(vec![sample.points(&embedder())]).await;
    written
        .map(|written| written.points)
        .map_err(|error| error.kind())
}

async fn ask(store: &QdrantStore, words: &str) -> Candidates {
    let question = Question::new(Filter::new(Scope::internal()))
        .meaning(embedder().vector(words))
        .words(words);
    store.recall(&question).await.expect("an answer")
}

/// Whether both lists hold one state of the call, and all of it.
fn is_whole(found: &Candidates) {
    let (meaning, words) = (&found.meaning, &found.words);
    assert!(matches!(meaning.len(), 1..=3), "{found:?}");
    assert_eq!(meaning.len(), words.len(), "{found:?}");
    for list in [meaning, words] {
        let mut ordinals: Vec<_> = list.iter().map(|c| c.place.ordinal).collect();
        ordinals.sort_unstable();
        let expected: Vec<u32> = (0..).take(list.len()).collect();
        assert_eq!(ordinals, expected, "one state of the call, and all of it");
    }
}

const TURNS: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_sees_old_or_new_while_a_call_is_replaced_all_the_time() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(async {
        let name = server.collection();
        let tenant = Tenant::default();
        let open = || server.open_for(&name, &tenant, space("k"), key(1));
        let (writer, reader) = (open().await, open().await);
        write(&writer, &of_turn(0)).await.expect("written");

        let writing = tokio::spawn(async move {
            for turn in 1..TURNS {
                write(&writer, &of_turn(turn)).await.expect("written");
            }
        });
        let mut seen = 0;
        while !writing.is_finished() {
            is_whole(&ask(&reader, "alpha").await);
            seen += 1;
        }
        writing.await.expect("the writer did not fail");

        assert!(seen > 0);
        let last = ask(&reader, &format!("turn{}", TURNS - 1)).await;
        assert_eq!(last.words.len(), 1 + (TURNS - 1) % 3);
        let points = reader.points().await.expect("counted");
        let passages = 1 + (TURNS as u64 - 1) % 3;
        assert_eq!(points, passages + 2, "nothing of the former states is left");
    })
    .await;
    server.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_one_call_at_once_leave_one_whole_state() {
    let Some(server) = Server::new() else {
        return;
    };
    in_time(async {
        let name = server.collection();
        let tenant = Tenant::default();
        let open = || server.open_for(&name, &tenant, space("k"), key(1));
        let reader = open().await;
        write(&reader, &of_turn(0)).await.expect("written");

        let mut writers = JoinSet::new();
        for writer in 1..4 {
            let store = open().await;
            writers.spawn(async move {
                let mut lost = 0;
                for turn in 0..8 {
                    match write(&store, &of_turn(writer * 100 + turn)).await {
                        Ok(_) => {}
                        Err(ErrorKind::Storage) => lost += 1,
                        Err(other) => panic!("{other:?}"),
                    }
                }
                lost
            });
        }
        let mut lost = 0;
        while !writers.is_empty() {
            is_whole(&ask(&reader, "alpha").await);
            while let Some(ended) = writers.try_join_next() {
                lost += ended.expect("a writer did not fail");
            }
        }
        assert!(lost < 3 * 8, "who loses lost to somebody who came through");
        is_whole(&ask(&reader, "alpha").await);

        // Whoever writes next sweeps up what losers left.
        write(&reader, &of_turn(500)).await.expect("written");
        let passages = 1 + 500 % 3;
        assert_eq!(reader.points().await.expect("counted"), passages + 2);
    })
    .await;
    server.leave().await;
}

/// A way to the server on which what is sent stops after so many pieces, until it is let go on.
struct StoppedWay {
    url: String,
    sent: Arc<AtomicUsize>,
    go_on: Arc<Semaphore>,
    _tasks: JoinSet<()>,
}

impl StoppedWay {
    async fn to(server: &str, stop_after: usize) -> Self {
        let target = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (sent, go_on) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let mut tasks = JoinSet::new();
        let (counted, gate) = (Arc::clone(&sent), Arc::clone(&go_on));
        tasks.spawn(async move {
            let mut ways = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&target).await.expect("the server");
                let (counted, gate) = (Arc::clone(&counted), Arc::clone(&gate));
                ways.spawn(async move {
                    let (mut from_client, mut to_client) = client.into_split();
                    let (mut from_server, mut to_server) = server.into_split();
                    let back = tokio::io::copy(&mut from_server, &mut to_client);
                    let forth = async {
                        let mut piece = vec![0; 64 * 1024];
                        while let Ok(bytes @ 1..) = from_client.read(&mut piece).await {
                            if counted.fetch_add(1, Ordering::SeqCst) == stop_after {
                                gate.acquire().await.expect("open").forget();
                            }
                            let piece = piece.get(..bytes).expect("what was read");
                            if to_server.write_all(piece).await.is_err() {
                                return;
                            }
                        }
                    };
                    tokio::select! { _ = back => {}, () = forth => {} }
                });
            }
        });
        Self {
            url,
            sent,
            go_on,
            _tasks: tasks,
        }
    }
}

/// More pieces than opening and writing once are sent in.
const PLACES_TO_STOP: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_wakes_after_its_lease_moves_nothing_in_part() {
    let Some(server) = Server::new() else {
        return;
    };
    let url = named("QDRANT_URL").expect("it was there just now");
    if url.starts_with("https://") {
        return server.leave().await; // what is sealed has no pieces to stop between
    }
    let mut overtaken = 0;
    in_time(async {
        for stop_after in 0..PLACES_TO_STOP {
            let name = server.collection();
            let tenant = Tenant::default();
            let open = || server.open_for(&name, &tenant, space("k"), key(1));
            let reader = open().await;
            write(&reader, &of_turn(0)).await.expect("written");
            let way = StoppedWay::to(&url, stop_after).await;
            let connection = connect(&way.url);

            // The late one begins with facts of turn 1 and is stopped somewhere.
            let late = {
                let (name, tenant) = (name.clone(), tenant.clone());
                tokio::spawn(async move {
                    let options = CollectionOptions::default();
                    let opening = QdrantStore::open(
                        &connection,
                        &name,
                        &tenant,
                        space("k"),
                        key(1),
                        &options,
                    );
                    let late = opening.await.expect("opened");
                    write(&late, &of_turn(1)).await
                })
            };
            while way.sent.load(Ordering::SeqCst) <= stop_after && !late.is_finished() {
                tokio::task::yield_now().await;
            }
            // Its lease is over: another one takes the job, with newer facts.
            // What the late one had sent before it was stopped may still arrive and move the head;
            // who is told so tries again, as a job does.
            let mut newer = write(&reader, &of_turn(2)).await;
            if matches!(newer, Err(ErrorKind::Storage)) {
                newer = write(&reader, &of_turn(2)).await;
            }
            newer.expect("written");
            is_whole(&ask(&reader, "alpha").await);
            way.go_on.add_permits(1_000);
            let late = late.await.expect("no panic");

            let found = ask(&reader, "alpha").await;
            is_whole(&found);
            match late {
                // It read the head after the other one had moved it, or all of it was over before.
                Ok(2) => assert!(matches!(found.words.len(), 2 | 3), "{found:?}"),
                Err(ErrorKind::Storage) => {
                    overtaken += 1;
                    assert_eq!(found.words.len(), 3, "what came first stays");
                }
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
    assert!(overtaken > 0, "no stop was between the head and its move");
    server.leave().await;
}

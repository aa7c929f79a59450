//! The threads that compute, and the one bounded queue in front of them.

use std::{
    io,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use encoder_kernels::Scratch;
use rayon::ThreadPoolBuilder;
use tokio::sync::{mpsc, oneshot};

use crate::Error;

/// Tasks that may wait per thread. One keeps every thread busy; more would only make a question
/// wait behind more passages.
const WAITING_PER_THREAD: usize = 1;

/// Work, which is lent the memory of the thread that it comes to.
type Task = Box<dyn FnOnce(&mut Scratch) + Send>;

/// Threads that take tasks in order. Dropped, they finish the task in hand, forget what waits and
/// end; the drop returns when they have ended.
pub(super) struct Workers {
    /// `None` only while being dropped.
    queue: Option<mpsc::Sender<Task>>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts the threads under a name.
    pub(super) fn start(name: &str, count: NonZeroUsize) -> io::Result<Self> {
        // Of candle: products are cut for as many threads as the machine has cores, whatever the pool, and a
        // single thread takes half as long again for the pieces. This is for the whole process:
        // nothing else in it multiplies matrices with this library.
        gemm::set_threading_threshold(usize::MAX);

        let (queue, tasks) = mpsc::channel(count.get() * WAITING_PER_THREAD);
        let tasks = Arc::new(Mutex::new(tasks));
        let threads = (0..count.get()).map(|at| {
            let tasks = Arc::clone(&tasks);
            thread::Builder::new()
                .name(format!("{name}-{at}"))
                .spawn(move || work(&tasks))
        });
        let threads = threads.collect::<io::Result<_>>()?;
        Ok(Self {
            queue: Some(queue),
            threads,
        })
    }

    /// Puts the work in the queue, waiting for a place in it, and returns where its result will
    /// come out. A result nobody waits for any more is not computed.
    pub(super) async fn give<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Scratch) -> T + Send + 'static,
    ) -> Result<Answer<T>, Error> {
        let (answer, answered) = oneshot::channel();
        let task = Box::new(move |scratch: &mut Scratch| {
            if !answer.is_closed() {
                // Nobody waits for it any more: nothing to do.
                let _ = answer.send(work(scratch));
            }
        });
        let queue = self.queue.as_ref().ok_or(Error::Stopped)?;
        queue.send(task).await.map_err(|_| Error::Stopped)?;
        Ok(Answer(answered))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // Whoever waits for an answer borrows the workers: what is left in the queue by now is
        // wanted by nobody, and is skipped.
        self.queue = None;
        for thread in self.threads.drain(..) {
            thread
                .join()
                .expect("a worker catches the panics of its tasks");
        }
    }
}

/// The result of one task, once it is there.
pub(super) struct Answer<T>(oneshot::Receiver<T>);

impl<T> Answer<T> {
    pub(super) async fn get(self) -> Result<T, Error> {
        self.0.await.map_err(|_| Error::Stopped)
    }
}

fn work(tasks: &Mutex<mpsc::Receiver<Task>>) {
    // candle splits each product among the threads of the current rayon pool. This thread is made
    // a pool of its own: the workers are the parallelism, and more of it inside only costs. When
    // the pool cannot be had the global one is used: slower, not wrong.
    let _pool = ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build();

    let mut scratch = Scratch::default();
    loop {
        let task = tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .blocking_recv();
        match task {
            // One text that makes the arithmetic panic must not cost the thread. The panic hook
            // has told of it, and its caller finds the answer gone.
            Some(task) => drop(catch_unwind(AssertUnwindSafe(|| task(&mut scratch)))),
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        sync::{
            Barrier,
            atomic::{AtomicUsize, Ordering},
            mpsc::{Receiver, Sender, channel},
        },
        task::{Context, Waker},
    };

    use super::*;

    fn workers(count: usize) -> Workers {
        Workers::start("test", NonZeroUsize::new(count).unwrap()).unwrap()
    }

    /// Keeps one worker busy until the sender is used; returns when it is.
    async fn busy(workers: &Workers) -> (Answer<()>, Sender<()>) {
        let (release, released): (_, Receiver<()>) = channel();
        let (begun, has_begun) = oneshot::channel();
        let work = move |_: &mut Scratch| {
            begun.send(()).unwrap();
            released.recv().unwrap();
        };
        let answer = workers.give(work).await.unwrap();
        has_begun.await.unwrap();
        (answer, release)
    }

    #[tokio::test]
    async fn a_full_queue_makes_the_giver_wait() {
        let workers = workers(1);
        let (first, release) = busy(&workers).await;
        let second = workers.give(|_| 2).await.unwrap();

        let mut third = pin!(workers.give(|_| 3));
        let mut context = Context::from_waker(Waker::noop());
        assert!(third.as_mut().poll(&mut context).is_pending());

        release.send(()).unwrap();
        first.get().await.unwrap();
        assert_eq!(second.get().await.unwrap(), 2);
        assert_eq!(third.await.unwrap().get().await.unwrap(), 3);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_computed() {
        let workers = workers(1);
        let (first, release) = busy(&workers).await;
        let computed = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&computed);

        drop(
            workers
                .give(move |_| count.fetch_add(1, Ordering::Relaxed))
                .await
                .unwrap(),
        );
        release.send(()).unwrap();
        first.get().await.unwrap();
        drop(workers);

        assert_eq!(computed.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_task_that_panics_is_lost_and_its_thread_is_not() {
        let workers = workers(1);
        let lost = workers
            .give(|_| panic!("this test wants a panic"))
            .await
            .unwrap();

        let lost: Result<(), Error> = lost.get().await;
        let next = workers.give(|_| "still here").await.unwrap().get().await;

        assert!(matches!(lost, Err(Error::Stopped)));
        assert_eq!(next.unwrap(), "still here");
    }

    #[tokio::test]
    async fn every_thread_works_and_none_outlives_its_owner() {
        struct Ended(Arc<AtomicUsize>);
        impl Drop for Ended {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        thread_local! { static MARK: std::cell::RefCell<Option<Ended>> = const { std::cell::RefCell::new(None) }; }
        let (ended, meeting) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(3)));
        let workers = workers(3);

        let mut answers = Vec::new();
        for _ in 0..3 {
            let (mark, meeting) = (Ended(Arc::clone(&ended)), Arc::clone(&meeting));
            let work = move |_: &mut Scratch| {
                MARK.set(Some(mark));
                // Passed only when three threads are here at once.
                meeting.wait();
            };
            answers.push(workers.give(work).await.unwrap());
        }
        for answer in answers {
            answer.get().await.unwrap();
        }
        assert_eq!(ended.load(Ordering::Relaxed), 0);
        drop(workers);

        assert_eq!(ended.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn what_runs_on_a_worker_has_no_other_thread_to_spread_to() {
        let threads = workers(2)
            .give(|_| rayon::current_num_threads())
            .await
            .unwrap()
            .get()
            .await;

        assert_eq!(threads.unwrap(), 1);
    }
}

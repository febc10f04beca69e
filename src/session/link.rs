//! The connection to one agent: sends orders, sorts reports.
//!
//! One task writes whole frames, one task reads and sorts; so a call that is dropped half-way leaves the
//! connection sound. Reports about a block go to its [`Slot`], answers to requests to whoever waits.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot, watch};

use crate::session::collect::Collector;
use crate::session::frame::Decoder;
use crate::session::message::{self, Done, Mode, Order, Report, VERSION};
use crate::session::{Chunk, Loss, SessionError};
use crate::transcript::{Output, Split};

/// The bytes that an agent prints, as they arrive.
pub type AgentOutput = Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// Where an agent reads.
pub type AgentInput = Pin<Box<dyn AsyncWrite + Send>>;

/// Tells why the connection ended, once it did.
pub type Fate = Pin<Box<dyn Future<Output = Loss> + Send>>;

/// What a block's run is told while it runs.
pub(super) enum Event {
    Output(Chunk),
    Entered,
    Waiting(message::Waiting),
    Done(Done),
    Refused(String),
    Lost(Loss),
}

/// A connection to an agent; clones share it. When the last one is dropped, the agent ends its machine.
#[derive(Clone)]
pub struct Link {
    orders: mpsc::UnboundedSender<Vec<u8>>,
    shared: Arc<Shared>,
}

struct Shared {
    next: AtomicU32,
    state: Mutex<State>,
    lost: watch::Sender<Option<Loss>>,
}

#[derive(Default)]
struct State {
    slots: BTreeMap<u32, Slot>,
    waiters: BTreeMap<u32, oneshot::Sender<Report>>,
}

/// What is kept of a block, while it runs and afterwards.
struct Slot {
    all: Collector,
    split: Option<(Collector, Collector)>,
    late: Collector,
    is_done: bool,
    events: Option<mpsc::Sender<Event>>,
    /// Whether every piece of output is passed on as an event.
    streams: bool,
}

impl Link {
    /// Speaks with the agent and returns the link; must be called within a tokio runtime.
    pub async fn connect(output: AgentOutput, input: AgentInput, fate: Fate) -> Result<Self, SessionError> {
        let (orders, queue) = mpsc::unbounded_channel();
        let (lost, _) = watch::channel(None);
        let shared = Arc::new(Shared {
            next: AtomicU32::new(1),
            state: Mutex::default(),
            lost,
        });
        let link = Self {
            orders,
            shared: Arc::clone(&shared),
        };
        let hello = link.expect(0);
        tokio::spawn(write(queue, input));
        tokio::spawn(read(output, fate, shared));
        link.send(&Order::Hello(VERSION));
        match link.answer(hello).await? {
            Report::Hello(VERSION) => Ok(link),
            other => Err(SessionError::Protocol(format!("the agent answered {other:?}"))),
        }
    }

    /// Returns a number that no session, block or request of this machine has.
    pub(crate) fn number(&self) -> u32 {
        self.shared.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn send(&self, order: &Order) {
        // A writer that is gone shows as a loss of the connection.
        let _ = self.orders.send(order.to_frame().encode());
    }

    fn expect(&self, number: u32) -> oneshot::Receiver<Report> {
        let (sender, receiver) = oneshot::channel();
        self.shared.state().waiters.insert(number, sender);
        receiver
    }

    async fn answer(&self, receiver: oneshot::Receiver<Report>) -> Result<Report, SessionError> {
        match receiver.await {
            Ok(Report::Failed(_, reason)) => Err(SessionError::Refused(reason)),
            Ok(report) => Ok(report),
            Err(_) => Err(SessionError::Lost(self.loss().await)),
        }
    }

    /// Sends an order that has an answer, and waits for it.
    pub(crate) async fn ask(&self, number: u32, order: &Order) -> Result<Report, SessionError> {
        let receiver = self.expect(number);
        if self.is_lost() {
            return Err(SessionError::Lost(self.loss().await));
        }
        self.send(order);
        self.answer(receiver).await
    }

    /// Waits until the connection is lost and returns why.
    pub async fn loss(&self) -> Loss {
        let mut lost = self.shared.lost.subscribe();
        // The sender lives in `shared`, which this link holds.
        let loss = lost.wait_for(Option::is_some).await.ok().and_then(|loss| loss.clone());
        loss.unwrap_or(Loss::Stopped)
    }

    /// Returns why the connection is lost, if it is.
    pub fn lost_now(&self) -> Option<Loss> {
        self.shared.lost.borrow().clone()
    }

    /// Returns whether the connection is lost.
    pub fn is_lost(&self) -> bool {
        self.shared.lost.borrow().is_some()
    }

    /// Makes room for a block's output and returns its events.
    pub(super) fn follow(&self, block: u32, mode: Mode, streams: bool) -> mpsc::Receiver<Event> {
        let (sender, receiver) = mpsc::channel(64);
        let split = (mode == Mode::Split).then(Default::default);
        let (all, late) = Default::default();
        let slot = Slot {
            all,
            split,
            late,
            is_done: false,
            events: Some(sender),
            streams,
        };
        self.shared.state().slots.insert(block, slot);
        receiver
    }

    /// Returns what a block printed so far, and the streams apart in split mode.
    pub(crate) fn output(&self, block: u32) -> (Output, Option<Split>) {
        let state = self.shared.state();
        let slot = state.slots.get(&block);
        let split = slot.and_then(|slot| slot.split.as_ref());
        let split = split.map(|(out, err)| Split {
            out: out.output(),
            err: err.output(),
        });
        (slot.map(|slot| slot.all.output()).unwrap_or_default(), split)
    }

    /// Returns what a block's background programs printed after it ended.
    pub fn late(&self, block: u32) -> Output {
        self.shared
            .state()
            .slots
            .get(&block)
            .map(|slot| slot.late.output())
            .unwrap_or_default()
    }
}

impl Shared {
    /// Nothing panics while it holds the lock, so a poisoned one is sound.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sorts one report; returns an event that somebody waits for.
    fn sort(&self, report: Report) -> Option<(mpsc::Sender<Event>, Event)> {
        let mut state = self.state();
        match report {
            Report::Output(output) => {
                let slot = state.slots.get_mut(&output.block)?;
                let chunk = Chunk {
                    stream: output.stream,
                    at_us: output.at_us,
                    bytes: output.bytes,
                };
                slot.push(&chunk);
                let sender = slot.events.clone().filter(|_| slot.streams)?;
                Some((sender, Event::Output(chunk)))
            }
            Report::Done(done) => {
                let slot = state.slots.get_mut(&done.block)?;
                slot.is_done = true;
                Some((slot.events.take()?, Event::Done(done)))
            }
            Report::Waiting(block, waiting) => Some((state.events(block)?, Event::Waiting(waiting))),
            Report::Entered(block) => Some((state.events(block)?, Event::Entered)),
            Report::Failed(block, reason) if state.slots.contains_key(&block) => {
                Some((state.events(block)?, Event::Refused(reason)))
            }
            Report::Closed(..) => None,
            Report::Hello(_) => state.settle(0, report),
            Report::Opened(message::Opened { session: number, .. })
            | Report::Failed(number, _)
            | Report::Written(number, _)
            | Report::Ports(number, _)
            | Report::Looked(number, _) => state.settle(number, report),
        }
    }
}

impl State {
    fn events(&self, block: u32) -> Option<mpsc::Sender<Event>> {
        self.slots.get(&block)?.events.clone()
    }

    fn settle<T>(&mut self, number: u32, report: Report) -> Option<T> {
        // Whoever asked may have given up.
        self.waiters.remove(&number).map(|waiter| waiter.send(report));
        None
    }
}

impl Slot {
    fn push(&mut self, chunk: &Chunk) {
        if self.is_done {
            return self.late.push(&chunk.bytes);
        }
        self.all.push(&chunk.bytes);
        match (&mut self.split, chunk.stream) {
            (Some((out, _)), message::Stream::Out) => out.push(&chunk.bytes),
            (Some((_, err)), message::Stream::Err) => err.push(&chunk.bytes),
            _ => {}
        }
    }
}

async fn write(mut queue: mpsc::UnboundedReceiver<Vec<u8>>, mut input: AgentInput) {
    while let Some(bytes) = queue.recv().await {
        if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
            return;
        }
    }
    // Nobody can send any more: the end of its input tells the agent to end.
    let _ = input.shutdown().await;
}

async fn read(mut output: AgentOutput, fate: Fate, shared: Arc<Shared>) {
    let mut decoder = Decoder::default();
    let mut broken = None;
    while let Some(Ok(bytes)) = output.next().await {
        decoder.push(&bytes);
        broken = pass_on(&mut decoder, &shared).await;
        if broken.is_some() {
            break;
        }
    }
    let loss = match broken {
        Some(reason) => Loss::Protocol(reason),
        None => fate.await,
    };
    shared.lost.send_replace(Some(loss.clone()));
    let senders: Vec<_> = {
        let mut state = shared.state();
        state.waiters.clear();
        state.slots.values_mut().filter_map(|slot| slot.events.take()).collect()
    };
    for sender in senders {
        let _ = sender.send(Event::Lost(loss.clone())).await;
    }
}

/// Sorts all whole frames; returns what is wrong with them, if anything.
async fn pass_on(decoder: &mut Decoder, shared: &Shared) -> Option<String> {
    loop {
        let frame = match decoder.next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) => return None,
            Err(oversized) => return Some(format!("the agent announced a frame of {} bytes", oversized.0)),
        };
        let kind = frame.kind;
        let Some(report) = Report::from_frame(frame) else {
            return Some(format!("the agent sent a frame of unknown kind {kind}"));
        };
        match shared.sort(report) {
            None => {}
            // Only a hint: it must not hold up the rest when nobody looks.
            Some((sender, event @ Event::Waiting(_))) => drop(sender.try_send(event)),
            // A run that was given up does not listen any more.
            Some((sender, event)) => drop(sender.send(event).await),
        }
    }
}

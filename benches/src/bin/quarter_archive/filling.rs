//! Fills an archive with deals, what the CRM showed of them over time, and their calls.

use anyhow::{Context as _, Result};
use call_archive::{
    Account, Calls as _, DealNews, Deals as _, People as _, Put, Source, SqliteArchive, User,
};
use conversation::{
    AccountId, Call, CallId, DealId, Party, PartyId, Sentence, Side, Span, Transcript, UserId,
    Utterance,
};
use gong_sim::{Deals, PlannedCall, PlannedDeal, Signal};
use jiff::Timestamp;

use crate::world;

/// How many calls or statements are stored in one transaction.
const TOGETHER: usize = 1_000;
const SENTENCE_MS: u64 = 6_000;

/// Stores everything; gives how many statements about deals there are.
pub(crate) async fn fill(archive: &SqliteArchive, deals: &Deals) -> Result<usize> {
    let mut users: Vec<User> = Vec::new();
    for deal in deals.deals() {
        if !users
            .iter()
            .any(|user| user.id.as_str() == deal.owner_email)
        {
            let mut user = User::new(UserId::new(deal.owner_email.as_str())?);
            user.email = Some(deal.owner_email.clone());
            users.push(user);
        }
    }
    archive.put_users(&users).await?;

    let mut puts = Vec::with_capacity(TOGETHER);
    for deal in deals.deals() {
        for call in &deal.calls {
            puts.push(put(deal, call)?);
            if puts.len() == TOGETHER {
                store(archive, &mut puts).await?;
            }
        }
    }
    store(archive, &mut puts).await?;

    let mut told = 0;
    let views = world::views(deals);
    for (views, deals) in views.chunks(TOGETHER).zip(deals.deals().chunks(TOGETHER)) {
        let mut news = DealNews::default();
        for (view, deal) in views.iter().zip(deals) {
            let account = AccountId::new(deal.account_id.as_str())?;
            let shown = view.snapshots().iter().cloned().map(|mut one| {
                one.account = Some(account.clone());
                one.name = Some(format!("{} rollout", deal.account));
                one
            });
            news.snapshots.extend(shown);
            news.accounts.push(Account {
                id: account,
                name: deal.account.clone(),
            });
        }
        told += news.snapshots.len();
        archive.put_deals(&news).await?;
    }
    Ok(told)
}

/// Stores a call that was not there, about the deal that was made last.
pub(crate) async fn one_more(archive: &SqliteArchive, deals: &Deals) -> Result<()> {
    let deal = deals.deals().last().context("a deal")?;
    let mut call = deal.calls.last().context("a call")?.clone();
    "1".clone_into(&mut call.id);
    store(archive, &mut vec![put(deal, &call)?]).await
}

async fn store(archive: &SqliteArchive, puts: &mut Vec<Put>) -> Result<()> {
    if !puts.is_empty() {
        archive
            .put(std::mem::take(puts), None, Timestamp::now())
            .await?;
    }
    Ok(())
}

/// A call of nine sentences, among them what is planted in it.
fn put(deal: &PlannedDeal, planned: &PlannedCall) -> Result<Put> {
    let mut call = Call::new(CallId::new(planned.id.as_str())?, planned.started);
    call.title = Some(format!("Call with {}", deal.account));
    call.primary_user = Some(UserId::new(deal.owner_email.as_str())?);
    call.accounts = vec![AccountId::new(deal.account_id.as_str())?];
    let mut ours = Party::new(PartyId::new("ours")?);
    ours.side = Side::Ours;
    ours.user.clone_from(&call.primary_user);
    ours.email = Some(deal.owner_email.clone());
    let mut theirs = Party::new(PartyId::new("theirs")?);
    theirs.side = Side::Theirs;
    theirs.email = Some(format!("buyer@{}.example", deal.account_id));
    theirs.title = Some("Head of operations".to_owned());

    let mut said = vec![
        (Side::Ours, "Good to see you again, how has the week been?"),
        (
            Side::Theirs,
            "Busy, we are in the middle of the month-end close.",
        ),
        (Side::Ours, "What takes you longest in it?"),
        (
            Side::Theirs,
            "Two people copy numbers from one sheet into another.",
        ),
    ];
    said.extend(planned.planted.iter().map(|one| words(one.signal)));
    said.push((Side::Ours, "How many people would work with it?"));
    said.push((Side::Theirs, "About forty, most of them in the warehouse."));
    said.push((Side::Ours, "That is a good size to begin with."));
    said.push((Side::Theirs, "Thank you, speak soon."));
    let utterances = said.into_iter().zip(0_u64..).map(|((side, text), at)| {
        let span = Span::from_millis(at * SENTENCE_MS, at * SENTENCE_MS + SENTENCE_MS - 1_000);
        let party = if side == Side::Ours { &ours } else { &theirs };
        Utterance::new(vec![Sentence::new(span, text.to_owned())]).by(party.id.clone())
    });
    let transcript = Transcript::new(utterances.collect());
    call.parties = vec![ours, theirs];
    let mut put = Put::new(call, Source::Import, None);
    put.transcript = Some(transcript);
    put.deals = Some(vec![DealId::new("salesforce", deal.id.as_str())?]);
    Ok(put)
}

fn words(signal: Signal) -> (Side, &'static str) {
    match signal {
        Signal::Pricing => (
            Side::Ours,
            "The price would be 400 euros a month for each site.",
        ),
        Signal::Competitor => (Side::Theirs, "We are evaluating Northbeam beside you."),
        Signal::NextStep => (Side::Ours, "I will send you the contract on Friday."),
        _ => (
            Side::Theirs,
            "Our budget for this project was cut last week.",
        ),
    }
}

//! `sim`: a simulated Gong in the foreground.

use gong_app::{Error, ErrorKind};
use gong_sim::{Limits, Sim, World};

use super::Context;
use crate::arguments::SimArgs;
use crate::output;

pub(crate) async fn run(context: &Context, arguments: &SimArgs) -> Result<(), Error> {
    let failed = |error: gong_sim::Error| {
        Error::new(ErrorKind::Failed, "the simulator did not start").caused_by(error)
    };
    let world = match (&arguments.world.calls, arguments.world.generate) {
        (Some(folder), _) => World::from_dir(folder).map_err(failed)?,
        (None, Some(calls)) => World::generate(arguments.seed, calls),
        (None, None) => World::sample(),
    };
    let served = format!("{} calls, {} transcripts", world.len(), world.transcripts());
    let limits = if arguments.no_limits {
        Limits::off()
    } else {
        Limits::gong()
    };
    let builder = Sim::builder()
        .world(world)
        .limits(limits)
        .port(arguments.port);
    let sim = builder.start().await.map_err(failed)?;
    output::data(&format!(
        "GONG_BASE_URL={}\nGONG_ACCESS_KEY={}\nGONG_ACCESS_KEY_SECRET={}",
        sim.base_url(),
        sim.access_key(),
        sim.access_secret()
    ))?;
    context.remark(&format!(
        "A simulated Gong serves {served} on {}. Set the three variables above in another shell; \
         Ctrl-C ends it.",
        sim.base_url()
    ));
    let (id, secret) = sim.oauth_app();
    context.remark(&format!(
        "To log in instead of using the key: GONG_CLIENT_ACCESS_KEY={id} \
         GONG_CLIENT_SECRET={secret} GONGKIT__GONG__OAUTH_URL={}",
        sim.base_url()
    ));
    context.stop.cancelled().await;
    let stats = sim.shutdown().await;
    context.remark(&format!("{} requests were answered", stats.total));
    Ok(())
}

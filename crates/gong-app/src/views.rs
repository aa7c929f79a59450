//! What use cases answer, as one schema for `--json` and every front end to come.
//!
//! Words of calls are neutralised here, once: whoever spoke in a call must not be able to move a
//! terminal's cursor, hide text, or plant a link that looks like ours.

mod access;
mod ask;
mod audit;
mod backups;
mod brief;
mod call;
mod calls;
mod coaching;
mod competitors;
mod configuration;
mod crm;
mod database;
mod dead;
mod deals;
mod demo;
mod doctor;
mod erasure;
mod evidence;
mod export;
mod glance;
mod heard;
mod insights;
mod instant;
mod keys;
mod link;
mod login;
mod memory;
mod models;
mod moving;
mod outlook;
mod prose;
mod reading;
mod reports;
mod risk;
mod search;
mod statistics;
mod status;
mod team;
mod transcript;
mod webhook;
mod work;

pub use access::{ApiKeyView, ApiKeysView, CallerView, CanView, NewApiKeyView};
pub use ask::{AnswerView, AskView};
pub use audit::{AuditKeyView, AuditLine, AuditVerifyView, ChainView, CheckpointView, OcsfLine};
pub use backups::{BackupView, DbCountsView, RestoreView, VerifyView};
pub use brief::{BriefSlotView, BriefView, DatedMomentView, SummarySlotView, SummaryView};
pub use call::{CallView, PartyView, SentenceView};
pub use calls::{CallFactsView, CallRowView, CallsView, ContentView};
pub use coaching::{CoachView, CoachedView, MeasureView, RecommendationView};
pub use competitors::{CompetitorView, CompetitorsView, StanceView};
pub use configuration::{ConfigView, SetUpView, SettingReference, SettingView, SettingsReference};
pub use crm::{
    CrmAppliedView, CrmChoiceView, CrmFieldView, CrmInitView, CrmLineView, CrmPlanView, CrmRunView,
    CrmStatusView, CrmUnmatchedView,
};
pub use database::SchemaView;
pub use dead::{DeadJobView, DeadView};
pub use deals::{
    AccountView, BadLineView, DealCallView, DealChangeView, DealLineView, DealShownView,
    DealsImportView, DealsView, PinView,
};
pub use demo::DemoView;
pub use doctor::{CheckStatus, CheckView, DoctorView};
pub use erasure::{
    HoldView, HoldsView, InTheWayView, PurgePreviewView, PurgeView, ReceiptView, ReceiptsView,
};
pub use evidence::{EvidenceView, MomentView, RecallView};
pub use export::ExportView;
pub use glance::{AccountBriefView, BriefDealView, FoundView, MetView};
pub use heard::{HeardView, ThemeView};
pub use insights::{
    CallLineView, FindingView, InsightsView, JudgedView, LabelledView, LearningView, MissedView,
    PrecisionView, ReliabilityView, ReplayView, ReportView, SaidView, SlotView, TrackerHitsView,
    TrackerView, TrackersView, ValueView,
};
pub use keys::{DekView, KekView, KeysView, RotationView};
pub use login::{LoginView, LogoutView};
pub use memory::{MemoryIndexView, MemoryMoveView, MemoryStatusView, RecallCheckView};
pub use models::{StoredModelView, StoredModelsView};
pub use moving::{MoveView, MovedTableView};
pub use outlook::{
    ConversionView, CurrencyForecastView, CurrencyPipelineView, ForecastView, OpenDealView,
    PeriodView, PipelineView, RateView, StageChanceView, SumView, TestedView,
};
pub use prose::{ProseView, StatementView};
pub use reading::CrmReadView;
pub use reports::{
    EvalView, FailureView, IndexView, PlanView, PlannedRunView, PostponedView, RefusedView,
    ReindexView, RunView, StoppedView, SyncView, SyncedCallsView, UsersView,
};
pub use risk::{
    ChanceView, ContributionView, DealRisksView, ModelView, RiskAtCallView, RiskHistoryView,
    RiskView, RisksView, WarningCountView, WarningView,
};
pub use search::{
    CitationView, CoverageView, FiltersView, HitView, PersonView, QuoteView, SearchView, WhyView,
};
pub use statistics::{CallStatsView, ComparedView, SpeakerView, StatisticsView, StatsView};
pub use status::{CompanyStatusView, ExtentView, StatusView};
pub use team::{BandView, TeamFigureView, TeamRepView, TeamView};
pub use transcript::TranscriptView;
pub use webhook::{WebhookKeyView, WebhookKeysView, WebhookTestView};
pub use work::WorkView;

pub(crate) use conversation::neutral;
pub(crate) use insights::{call_line, highlight_view, precision_view};
pub(crate) use instant::in_seconds;
pub(crate) use link::{moment_link, plain_link};

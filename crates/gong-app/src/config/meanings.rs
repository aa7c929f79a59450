//! What each setting means, in the words of the reference.

/// By the setting's key.
pub(crate) const MEANINGS: &[(&str, &str)] = &[
    (
        "gong.access_key",
        "The access key of Gong's API (Admin center > Settings > Ecosystem > API).",
    ),
    ("gong.access_key_file", "A file that holds the access key."),
    ("gong.access_key_secret", "The access key's secret."),
    (
        "gong.access_key_secret_file",
        "A file that holds the secret.",
    ),
    (
        "gong.base_url",
        "Where Gong's API is: the address shown beside the key. https under gong.io, or this machine.",
    ),
    (
        "gong.ca_file",
        "A certificate (PEM) to trust beside the machine's own, such as that of a company's gateway.",
    ),
    (
        "gong.client_access_key",
        "The id of an OAuth app registered in Gong, for `gongkit login`.",
    ),
    (
        "gong.client_access_key_file",
        "A file that holds the id of the OAuth app.",
    ),
    ("gong.client_secret", "The OAuth app's secret."),
    (
        "gong.client_secret_file",
        "A file that holds the OAuth app's secret.",
    ),
    ("gong.oauth_url", "Where people log in at Gong."),
    (
        "gong.redirect",
        "Where a login sends the browser back to, as registered with the OAuth app.",
    ),
    (
        "gong.daily_requests",
        "The requests that the company may make a day; Gong's support raises them for some.",
    ),
    (
        "gong.daily_reserve",
        "How many of them a sync leaves for commands that somebody waits for.",
    ),
    (
        "data.dir",
        "The folder of archive, index, key and erase log.",
    ),
    (
        "keys.kek",
        "The master key of the archive: 64 hexadecimal digits, or what a key file holds. With neither this nor a file, it is in the file `key` of the data folder.",
    ),
    ("keys.kek_file", "The file that holds the master key."),
    ("cache.dir", "Where models are kept."),
    (
        "archive.url",
        "`postgres://…` to keep the archive in PostgreSQL; a file of the data folder if empty.",
    ),
    (
        "archive.url_file",
        "A file that holds the address of the database.",
    ),
    (
        "archive.erase_log",
        "The erase log of an archive in PostgreSQL, on a volume that outlives the process.",
    ),
    (
        "archive.connections",
        "The most connections of one process to PostgreSQL.",
    ),
    (
        "archive.allow_plain_text_to_other_hosts",
        "Whether words may cross the network to the database without TLS.",
    ),
    (
        "memory.store",
        "Where passages are remembered: in a folder beside the archive, or in a Qdrant server.",
    ),
    (
        "memory.url",
        "Where Qdrant's gRPC API is: https, or this machine.",
    ),
    ("memory.api_key", "The key that Qdrant asks for."),
    (
        "memory.api_key_file",
        "A file that holds the key of Qdrant.",
    ),
    (
        "memory.collections",
        "What the names of collections begin with; the bare name is an alias of the one in use.",
    ),
    (
        "memory.timeout",
        "The seconds that one attempt of a request to Qdrant may take.",
    ),
    (
        "memory.shards",
        "Into how many shards a new collection is cut.",
    ),
    (
        "memory.replicas",
        "How many nodes hold each shard of a new collection.",
    ),
    (
        "memory.write_consistency",
        "How many of them must have a write before it counts.",
    ),
    (
        "memory.allow_plain_text_to_other_hosts",
        "Whether vectors, hashed words and the key may cross the network to Qdrant without TLS.",
    ),
    (
        "model.name",
        "The model that turns text into vectors; `hash` knows words only, `folder` is any BERT of `model.dir`, `server` that of `[embedding_server]`.",
    ),
    (
        "model.dir",
        "A folder with the model's files, in place of cache and download.",
    ),
    (
        "model.sha256",
        "The sha256 that the model's weights must have, where gongkit knows none.",
    ),
    (
        "model.precision",
        "How exactly a model of this machine is computed: in 16-bit integers, or in 32-bit floating point.",
    ),
    (
        "embedding_server.url",
        "Where the server is: what stands before `/v1/embeddings`. https, or this machine. Words of every indexed call are sent there.",
    ),
    (
        "embedding_server.model",
        "The model, as the server knows it.",
    ),
    (
        "embedding_server.dimensions",
        "How many values its vectors have; checked with every answer.",
    ),
    (
        "embedding_server.max_tokens",
        "How many tokens of a text it reads; longer texts are cut.",
    ),
    (
        "embedding_server.revision",
        "A word of yours, changed whenever the server's model changes under the same name.",
    ),
    (
        "embedding_server.passage_prefix",
        "What is put before a passage.",
    ),
    (
        "embedding_server.query_prefix",
        "What is put before a question.",
    ),
    (
        "embedding_server.api_key",
        "The server's key; one on this machine needs none as a rule.",
    ),
    (
        "embedding_server.api_key_file",
        "A file that holds the server's key.",
    ),
    (
        "embedding_server.timeout",
        "How many seconds one answer may take.",
    ),
    ("embedding_server.batch", "How many texts are sent at once."),
    (
        "embedding_server.allow_plain_text_to_other_hosts",
        "Whether words of calls, and the key, may cross the network to the server without TLS.",
    ),
    (
        "llm.provider",
        "Whose API the language model's server speaks; nothing is sent while it is off.",
    ),
    (
        "llm.base_url",
        "Where the server is; the provider's own address if empty.",
    ),
    ("llm.model", "The model, as its server knows it."),
    (
        "llm.api_key",
        "The server's key; one on this machine needs none as a rule.",
    ),
    ("llm.api_key_file", "A file that holds the server's key."),
    (
        "llm.context",
        "How many tokens the model reads and writes at once.",
    ),
    (
        "llm.answer_limit",
        "The field that bounds an answer, where the server speaks OpenAI's API.",
    ),
    ("llm.timeout", "How many seconds one answer may take."),
    (
        "llm.budget_tokens",
        "How many tokens one command may use, prompts and answers together.",
    ),
    (
        "llm.budget_money",
        "What one command may cost, like `0.50 USD`; not bounded if empty.",
    ),
    ("llm.price_read", "What a million tokens of prompts cost."),
    (
        "llm.price_written",
        "What a million tokens of answers cost.",
    ),
    (
        "llm.redact",
        "Whether names, addresses and numbers that lead to a person are taken out before words are sent.",
    ),
    (
        "llm.second_look",
        "Whether the model looks once more at each statement, and drops what it does not find.",
    ),
    (
        "llm.cache",
        "Whether answers are kept, sealed, so that the same is not asked twice.",
    ),
    (
        "privacy.private_calls",
        "`skip` stores id, times and the fact that a call is private; `store` keeps its words for whoever may ask for them by name.",
    ),
    (
        "privacy.deleted_in_gong",
        "Whether calls that were deleted in Gong are kept, or erased once Gong has said twice, a day apart, that it does not know them.",
    ),
    (
        "retention.days",
        "After how many days from its start a call is erased.",
    ),
    (
        "retention.workspaces",
        "The same for single workspaces, like `ID=365, OTHER=90`; the shorter time counts.",
    ),
    (
        "auth.issuer",
        "Who issues tokens, written as the identity provider writes it; without one, no token is believed.",
    ),
    (
        "auth.audience",
        "What the provider writes into tokens that are meant for gongkit.",
    ),
    (
        "auth.jwks_url",
        "Where the provider's keys are; found by the issuer's own document if empty.",
    ),
    (
        "auth.algorithms",
        "How tokens may be signed, with commas between.",
    ),
    (
        "auth.role_claim",
        "The claim that holds the role: a name, or a JSON pointer such as `/realm_access/roles`.",
    ),
    (
        "auth.role_prefix",
        "What stands before a role's word in that claim.",
    ),
    (
        "auth.user_claim",
        "The claim that holds the id of the user in Gong; by verified address if empty.",
    ),
    (
        "auth.client_id",
        "The id under which the provider knows the pages, for people who sign in with a browser; they show a key if empty.",
    ),
    (
        "auth.client_secret",
        "The secret of that id; a client without one proves itself by PKCE alone.",
    ),
    (
        "auth.client_secret_file",
        "A file that holds the secret of that id.",
    ),
    (
        "auth.redirect",
        "Where the provider sends the browser back: the address of the pages with the path `/signed-in`.",
    ),
    (
        "auth.scopes",
        "What is asked of the provider about who signs in, with spaces between.",
    ),
    ("search.limit", "How many places an answer has."),
    ("sync.since", "Where the first sync begins."),
    (
        "sync.every_minutes",
        "How many minutes after one sync a worker begins the next.",
    ),
    (
        "pipeline.stages",
        "The stages of open deals, the first one first, with commas between.",
    ),
    ("pipeline.won", "Stages that mean won."),
    ("pipeline.lost", "Stages that mean lost."),
    (
        "pipeline.link_days",
        "For how many days before a deal opened and after it closed a call may be about it.",
    ),
    (
        "pipeline.crm",
        "The CRM of deals that a file names by their ids alone.",
    ),
    (
        "pipeline.currency",
        "The currency of amounts that come without one.",
    ),
    (
        "pipeline.proposal",
        "From this stage on the price should have been spoken of; Proposal if empty.",
    ),
    (
        "pipeline.senior_titles",
        "Words of a job title that mean the power to decide; the usual ones if empty.",
    ),
    (
        "pipeline.warnings",
        "When warnings are due, where it is not the default: `NAME=VALUE` or `STAGE.NAME=VALUE`.",
    ),
    (
        "forecast.target",
        "`500000 EUR` for every quarter, `2026-Q2=600000 EUR` for one, with commas between; none if empty.",
    ),
    (
        "crm.access_token",
        "A service key of HubSpot (Settings > Integrations > Service Keys), or the token of a private app. Without one nothing is asked of HubSpot.",
    ),
    ("crm.access_token_file", "A file that holds it."),
    (
        "crm.base_url",
        "Where HubSpot's API is: https://api.hubapi.com, or this machine. A token goes nowhere else.",
    ),
    (
        "crm.deal_days",
        "For how many days before a deal opened and after it closed a call may be about it.",
    ),
    ("crm.since", "Calls that started before are not written."),
    (
        "crm.daily_requests",
        "The requests that HubSpot allows the account in a day; four fifths of them are used, by all processes together.",
    ),
    (
        "crm.requests_per_ten_seconds",
        "The requests that HubSpot allows in ten seconds: 100 for the smallest accounts, 190 for Professional and Enterprise.",
    ),
    (
        "crm.continuous",
        "Whether a worker writes by itself, hourly, what a plan would show; in one process of an installation.",
    ),
    (
        "webhook.public_urls",
        "The addresses in Gong's webhook rules, as they stand there, with commas between.",
    ),
    (
        "webhook.public_keys",
        "The public keys that Gong's rules show, with commas or blanks between.",
    ),
    (
        "webhook.public_keys_file",
        "A file that holds the public keys.",
    ),
    (
        "webhook.url_token",
        "The random text that ends the address, where a rule includes a key in it.",
    ),
    ("webhook.url_token_file", "A file that holds that text."),
    (
        "webhook.secret",
        "A public key or the end of the address, whichever it can be seen to be; prefer the two names for them.",
    ),
    ("webhook.secret_file", "A file that holds it."),
];

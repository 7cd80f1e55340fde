"""Scrapy settings, each with its reason."""

from importlib.metadata import version as _version

BOT_NAME = "luutin"
SPIDER_MODULES = ["crawler.portals", "crawler.portal"]
NEWSPIDER_MODULE = "crawler.portals"
COMMANDS_MODULE = "crawler.commands"

# Who asks: an honest name. Put a contact in front of a live crawl: -s USER_AGENT="luutin/0.1 (+https://…)"
USER_AGENT = f"luutin/{_version('luutin')}"

# Polite by default: one connection per host, a second apart with jitter; robots.txt is kept
ROBOTSTXT_OBEY = True
ROBOTSTXT_PARSER = "crawler.middlewares.RobotsTxt"
CONCURRENT_REQUESTS = 1  # a portal is one host; more would only queue requests past their priority
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
RETRY_TIMES = 2
RETRY_EXCEPTIONS = [  # what our handler raises where asking again may help
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the run report counts failures by reason

# Bounded: a page is not 1 GiB, a portal that takes two minutes is not answering
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0  # over DOWNLOAD_MAXSIZE a body is cut and counted; below it there is nothing to warn of
DOWNLOAD_TIMEOUT = 60

# Polite to archives: one request at a time, whatever CONCURRENT_REQUESTS says. The Internet Archive's index takes 24
# requests a minute, its captures more; whoever asks faster gets 429, empty answers or no connection for an hour
ARCHIVE_INDEX_DELAY = 2.5
ARCHIVE_DELAY = 1.0
ARCHIVE_INDEX_ROWS = 10_000  # of a page of an index: it comes within seconds, and one that is cut short costs little
ARCHIVE_TIMEOUT = 180  # their indexes think long before they answer
ARCHIVE_RETRIES = 5  # with the pauses below: two and a half minutes, which outlasts what is not an outage
ARCHIVE_BACKOFF = 5.0  # seconds before the first retry, twice that before the next, and so on
ARCHIVE_PATIENCE = 900  # a longer Retry-After ends the run, which says when to come back

# Known articles are looked at again though nothing says that they changed: first after so long or a tenth of their age,
# then twice as long each time they are as they were; conditionally, where the portal allows it
REVISIT_FIRST_HOURS = 24
REVISIT_MOST_DAYS = 180
REVISITS_PER_RUN = 500
LISTS_BESIDE_API_DAYS = 7  # where a REST API lists every post, section pages and feeds are read this often only

# Files that articles link to: so many of an article (0: none), from the portal's own hosts and those named here
ATTACHMENTS_PER_ARTICLE = 20
ATTACHMENT_HOSTS: list[str] = []

# Secure by default: certificates are checked, nothing on this machine can be told to run code
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloads.CaptureHandler",
    "https": "crawler.downloads.CaptureHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}

# Vietnamese first: some portals choose the language by this
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
}

# The spider keeps its own set of folded URLs, and asks for articles in the order of their dates
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
# Scrapy compiles the source of every callback to warn of a mistake that mypy finds
WARN_ON_GENERATOR_RETURN_VALUE = False
# 100, the default, makes 100 tasks per response: a seventh of a crawl's CPU time
CONCURRENT_ITEMS = 2
REFERRER_POLICY = "no-referrer"
# The spider itself stays on the portal's hosts, follows redirects, bounds URLs and walk, and copies no meta; the
# handler keeps the timeout; cookies and log-ins are not used
DOWNLOADER_MIDDLEWARES = {
    "crawler.resuming.Resuming": 200,  # behind robots.txt, before what waits and counts
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}

ITEM_PROCESSOR = "crawler.middlewares.RecordSide"
ITEM_PIPELINES = {
    "pipelines.normalise.Normalise": 100,
    "pipelines.validate.Validate": 200,
    "pipelines.dedup.Dedup": 300,
    "crawler.attachments.Attachments": 400,
    "pipelines.store.Store": 500,
}
EXTENSIONS = {
    "crawler.middlewares.Manners": 0,
    "crawler.monitors.RunReport": 0,
    "crawler.progress.Progress": 0,
    "scrapy.extensions.logstats.LogStats": None,  # Progress says it, with what matters here
    "scrapy.extensions.feedexport.FeedExporter": 0,
}

LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(levelname)s: %(message)s"
STATS_DUMP = False
LOG_JSON = False  # an object on each line of stderr, for journald and Loki; --log-format json

# Who else hears of a run: a folder that node_exporter's textfile collector reads (a file per portal, so that several
# crawls do not write over each other's), and, of a run that does not exit with 0, a command and an address
METRICS_FOLDER: str | None = None
ON_FAILURE_COMMAND: str | None = None  # run without a shell; what happened is in LUUTIN_… environment variables
ON_FAILURE_WEBHOOK: str | None = None  # what happened is sent there as JSON, by POST
HOOK_TIMEOUT = 30  # seconds for each of the two: a schedule does not wait for who never answers

FEED_EXPORT_ENCODING = "utf-8"

# Where the archive is; the environment variable LUUTIN_OUTPUT names another folder
OUTPUT = "output"

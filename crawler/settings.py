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

# Traps: a host can name one page by endless addresses and make up pages without end. What is left out is counted in
# the report under the reason given here. Forms no page has:
WALK_URL_CHARS = 2_083  # url-length; what browsers and servers of the time took
WALK_PATH_DEPTH = 16  # deep-path; the deepest of real portals has eleven parts
WALK_SEGMENT_REPEATS = 2  # repeating-path: a part of a path that returns more often comes of a link relative to itself
WALK_PARAMETERS = 24  # many-parameters; Liferay needs a dozen
# Addresses that may be sections but bring nothing new: so many in a row of one shape (and half as many again as the
# shape has brought anything), then its others are left as fruitless-shape; more for what the start page links to, for
# sitemaps and feeds; what menus of the start page name is always asked. The same holds for articles that prove none
WALK_FRUITLESS_SHAPE = 6
WALK_FRUITLESS_ON_START = 30
WALK_FRUITLESS_SOURCES = 50
# Pages of one list in a row without an article new to the run (fruitless-pages: a section within another has many),
# and those that repeat what earlier pages listed (repeated-pages: no list in order does)
WALK_FRUITLESS_PAGES = 30
WALK_REPEATED_PAGES = 3
# All fruitless listing pages of a run, and half as many as it has found headlines on top: after that only lists that
# still bring something are walked on
WALK_FRUITLESS_TOTAL = 30
# More than any portal has: many-sections, many-sitemaps, many-feeds, section-pages
WALK_SECTIONS = 1_000
WALK_SITEMAPS = 500
WALK_FEEDS = 200
WALK_SECTION_PAGES = 5_000
WALK_REDIRECTS = 5  # redirect-loop; one to https, one to www, one to the new path, and some more
WALK_DOORS = 3  # pages before the start page that only lead on: a splash, a language, a framework's own first page

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
FEED_EXPORT_ENCODING = "utf-8"

# Where the archive is; the environment variable LUUTIN_OUTPUT names another folder
OUTPUT = "output"

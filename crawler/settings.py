"""Scrapy settings, each with its reason."""

from importlib.metadata import version as _version

BOT_NAME = "luutin"
SPIDER_MODULES = ["crawler.portals", "crawler.portal"]
NEWSPIDER_MODULE = "crawler.portals"
COMMANDS_MODULE = "crawler.commands"

# Who asks: an honest name, with CONTACT (a web or mail address) put behind it. It is said once, for schedules too, as
# the environment variable LUUTIN_CONTACT; without it nobody else's server is asked
CONTACT = ""
USER_AGENT = f"luutin/{_version('luutin')}"

# Polite by default: robots.txt is kept, one connection per host. Seconds between the end of an answer and the next
# request; up to a quarter more, so that crawls do not come in step; and more where a host is slow to answer or was in
# trouble. This machine needs no sparing, but what its robots.txt asks for is kept as well
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1  # a portal is one host; more would only queue requests past their priority
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.25
DOWNLOAD_DELAY_MAX = 30.0  # as long as a host is given time by us; robots.txt may ask for more
CRAWL_DELAY_MAX = 300.0  # as Heritrix has it: at an hour a page a portal would never be read; who asks more gets this

# Asked again: what a host refuses (429, 503: when its Retry-After says, else after BACKOFF seconds, twice that, and so
# on), what is not there (a network that is gone for a minute: 2 + 4 + … + 60 s are two), and what may be an accident.
# Meanwhile nothing else is asked of that host
BACKOFF = 2.0
BACKOFF_MAX = 60.0
BUSY_RETRIES = 4
NETWORK_RETRIES = 6
RETRY_TIMES = 2  # other server errors, timeouts, broken connections
START_RETRIES = 3  # at most, of a host nothing has ever been heard of: its address is more likely wrong
GIVE_UP_AFTER = 5  # pages in a row that could not be had for all that: the run ends, as the rest would fare no better
RETRY_AFTER_MAX = 900.0  # who asks for a longer pause ends the run, which says when to come back

# A day's budget of each host, over all runs of a (UTC) day on one output folder; 0 is none. Where it is used up the run
# ends with exit code 3, and the next one goes on
HOST_REQUESTS_PER_DAY = 0
HOST_BYTES_PER_DAY = 0

# Bounded: no page of a portal has 24 MiB, nor unpacks to as much; the head of an answer is there within a minute; its
# body may take a quarter of one and the time it needs at DOWNLOAD_MIN_RATE, five minutes at most
DOWNLOAD_MAXSIZE = 24 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0  # over DOWNLOAD_MAXSIZE a body is cut and counted; below it there is nothing to warn of
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_GRACE = 15.0
DOWNLOAD_MIN_RATE = 2_000  # bytes per second
DOWNLOAD_BODY_TIMEOUT = 300

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
# Articles are removed one by one. Where more than so many, and more than this share of the known ones a run asked for,
# are gone at once, or the portal lists nothing at all, it is more likely under repair, or rebuilt: that is believed
# once a run so many days later finds them gone still. What a list has left out as well is believed at once
GONE_AT_ONCE = 4
GONE_SHARE = 0.3
GONE_BELIEVED_DAYS = 3
LISTS_BESIDE_API_DAYS = 7  # where a REST API lists every post, section pages and feeds are read this often only

# Files that articles link to: so many of an article (0: none), from the portal's own hosts and those named here
ATTACHMENTS_PER_ARTICLE = 20
ATTACHMENT_HOSTS: list[str] = []
# Pictures of an article, from the same hosts: none, as they multiply what is asked of a portal, and none is read; who
# wants to see articles as they were asks for some. A picture of the web has no 8 MiB, unless it was never made smaller
IMAGES_PER_ARTICLE = 0
IMAGE_MAXSIZE = 8 * 1024 * 1024

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
SCHEDULER = "crawler.loop.ByPriority"
DOWNLOADER = "crawler.loop.Unhurried"
DOWNLOADER_STATS = False  # it counts those of use
LOG_FORMATTER = "crawler.loop.Terse"
# Scrapy compiles the source of every callback to warn of a mistake that mypy finds
WARN_ON_GENERATOR_RETURN_VALUE = False
# 100, the default, makes 100 tasks for each response that takes Scrapy's own way
CONCURRENT_ITEMS = 2
REFERRER_POLICY = "no-referrer"
# The spider itself stays on the portal's hosts, follows redirects, bounds URLs and walk, and copies no meta; the
# handler keeps the timeout; cookies and log-ins are not used
DOWNLOADER_MIDDLEWARES = {
    "crawler.withholding.Withholding": 50,
    "crawler.resuming.Resuming": 200,  # behind robots.txt, before what waits and counts
    # robots.txt that cannot be had disallows all; pauses are a host's; unpacking tells what breaks off: Scrapy's do not
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.manners.robotstxt.RobotsTxt": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.manners.retrying.Retrying": 550,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.unpacking.Unpacking": 590,
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
    "crawler.images.Images": 250,
    "pipelines.dedup.Dedup": 300,
    "crawler.attachments.Attachments": 400,
    "pipelines.store.Store": 500,
}
EXTENSIONS = {
    "crawler.manners.keeping.Manners": 0,
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

LEASE_SECONDS = 60  # of `crawlall --engine`: a worker that was not heard of for so long is taken for dead

FEED_EXPORT_ENCODING = "utf-8"

# Where the archive is; the environment variable LUUTIN_OUTPUT names another folder
OUTPUT = "output"

"""The little words a language cannot do without, by language: what its texts are told by.

Of the minority languages of Vietnam they are as newspapers and broadcasters of the provinces spell them; words that
Vietnamese has as well (Tày `cần`, `lai`) are left out where others are enough.
"""

from __future__ import annotations

BARE_VIETNAMESE = "vi-bare"
"""Vietnamese typed without its marks."""

_LISTS = {
    "vi": """của và các được là có không cho trong với những này đã một tại người để khi trên về từ đến theo
        vào ra cũng như phải sẽ đang nhiều sau nhằm bằng do còn hoặc thì mà nếu rất lại đó""",
    BARE_VIETNAMESE: """cua va cac duoc la co khong cho trong voi nhung nay da mot tai nguoi khi tren ve tu den theo
        vao cung nhu phai se dang nhieu hoac thi neu rat lai ngay nam tinh""",
    "en": """the of and to in is that for with was on as by at are from it his have this has will be which their
        were an been not but they he she its also more than would who""",
    "fr": """le la les des du et de en un une est dans pour que qui sur au aux par avec plus ne pas ce cette son ses
        sont été leur il elle ont ces""",
    "de": """der die das und in den von zu mit ist im des für auf ein eine nicht sich dem als auch es an werden aus
        er hat dass sie nach wird bei sind noch wie einer um am einem zum war""",
    "es": """el la los las de en que del por con para una un se es no su al lo como más fue ha sus este entre pero
        sobre también""",
    "pt": """os as de do da em que para com não uma um dos das no na por mais se ao como foi pelo pela são
        também seu sua""",
    "it": """il la di che in un una per con del della non le gli da al nel dei si sono alla più come ha anche
        delle""",
    "id": """yang dan di dengan untuk dari ini itu pada dalam tidak akan adalah oleh juga ke sebagai telah karena
        atau tersebut mereka para bisa""",
    "ru": "и в не на что с по как из за к от это для он его но был при также мы они до или",
    "tyz": """mì dú hẩư sle slam vạ đảy bươn vằn tằng nẩy rụ bấu cạ hây slon pjạ slư noọng boong cúa tẩư xáu slắng
        slíp nặm pây hết dạu rườn nâng nưng khẩu lẻ slim mjạc fiệc fiểc slặng""",
    "hmn": """nhoz muôx lol tâu luz hnuz shông pêz nênhs uô tưz hmôngz hmôngx iz tsi yuô thaz zos zaos cxangx
        khưz kruôr jông hâuv njêx muz cưx lưx tsâu đâu zơ""",
    "mww": """thiab tsis nyob hauv cov uas rau lub yog nws peb tau ntawm ua muaj hmoob tias kom lawv los mus xyoo
        neeg no ntau tuaj txog yuav""",
    "rad": """leh hlăm hŏng mâo dôk mơ̆ng amâo anei anăn klei bruă jih kơ ngă pô hdră hruê mnuih dưi lŏ ƀuôn thŭn
        jing msĕ êlâo truh hĕ ară phung êjai mâng čar mlan hđeh tơdah""",
    "jra": """hăng amăng kơ mơ̆ng ƀing ƀơi tơlơi anŭn anai hrơi mơnuih laih dưi ƀôn thun blan gơñu hơdôm hlâo pơ
        jing bruă kiăng hơmâo ngă tơring ƀu abih mơn djơ̆ hơget plơi""",
    "bdq": """păng đei kơ tơ lơ̆m tơdrong bơngai pơlei sơnăm năr khei jing vă oei noh gơ̆h adoi dôm kiơ̆ minh athei
        rim bơ̆n pơm tơmam đe dơ̆ng dang jơ̆p""",
    "sed": "tơdroăng mâu mơngế kố tung vâ hơnăm hâi khế troh pêi cheăng pro kân rêm ki hiăng pơlê a păng môi dế",
    "cmo": "nau jêh bu nuyh aơ tâm dơi geh lah nđâp ndrel bon lĕ dôl ntơm gay n'gor ta ma ri đah mbra bri dak",
    "kpm": "bơh mờ tàm geh jơnau bơta ală broă lơh cau càr ngan bol sơnăm neh gơ lơgar pal mìng dờp tiah ngai lài bơ",
    "cjm": """saong urang dalam palei hu harei blaoh nan ni mang ka dom hadei thun bulan ngap oh gep tel bhian
        jieng lac nyu drei dahlak halei min""",
}
LANGUAGES_OF: dict[str, list[str]] = {}
"""Word -> the languages it is a function word of."""
for _code, _words in _LISTS.items():
    for _word in _words.split():
        LANGUAGES_OF.setdefault(_word, []).append(_code)

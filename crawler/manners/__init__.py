"""Manners towards other people's servers: how often one is asked, when it is left alone, and what its robots.txt says.

Every live exchange goes through `keeping.Manners`, which holds a `pace.Pace` for each host: pages, attachments,
robots.txt and what is asked again. `robotstxt` keeps requests back that a host does not want, `retrying` decides what
is asked again, `contact` that the host can tell who asks.
"""

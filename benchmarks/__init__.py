"""What PERFORMANCE.md reports: libraries made for it, a real server, a load, figures in tables.

run           bin/bench: the command line
plan          how large, how long, how often
library       generated libraries and films, the same ones every time
home          one library with its data and pictures: its first run, its later servers
readings      what a process has used: processor, memory, bytes read
load          so many clients asking for one page; by wrk, else by client
client        the same load by aiohttp, in a process of its own
fetch         so many clients taking one large file, in a process of its own
first_scan    a first scan alone, in a process of its own
nginx         the neighbour that sends the same file
machine       where and when a run was made
tables        tables of figures: to the screen, to PERFORMANCE.md, to JSON
compare       what became worse between two runs
pictures      how small a poster can be (a study by hand)

measure/      one subject each
  start, scan, pages, transfer, posters, memory
"""

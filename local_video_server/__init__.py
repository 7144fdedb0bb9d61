"""Local Video Server: point it at folders of videos, everybody at home browses and watches.

The subject stands in the middle and knows nothing outside; each outside thing has one folder that may import the
subject and nothing else of ours; only application.py joins them (tests/test_architecture.py holds this).

    application     joins everything: create_app(settings), start, stop
    settings        the table of settings; the only reader of os.environ and lvs.toml
    terminal        what start says: addresses, QR code, progress bar
    serving         the embedded Granian: port, start, stop
    bridge          one request from Granian to a WSGI application and back
    wsgi            the application called: environ, bodies, what goes wrong

    library/        THE SUBJECT, standard library only
      video         a video and a root, as frozen values
      facts         what is inside a file: tracks, chapters, shape, length
      files         a file, a scan and a sighting, as the disk shows them
      formats       which names are looked at, which containers there are
      titles        a title read from a file name
      text          text as people compare it and as machines may show it
      marks         ratings, favorites, tags, views: their rules, and all of them
      snapshot      everything the pages read, frozen
      browsing      filter, sort, pages
      search        words in any order
      related       what to watch next
      reconcile     known and found -> Changes: who is this file?
      settling      whether a copy has ended
      catalog       the current snapshot, and the only ways to change it
      indexing      the thread that keeps one root
      index         all roots
      disk          what they need of the disk, handed in
      watching      the watch of a root, and whether it is whole
      fingerprinting    a root's fingerprints, in the background
      root_report   how it stands with a root
      probing       which videos wait to be looked into
      events        what happened, by name
      errors        everything that can be refused

    database/       SQLITE, the only SQLAlchemy
      tables        the schema
      migrations/   how older files are brought to it
      upgrade       runs the migrations when the stored form differs
      connection    the one writer, its pragmas and transactions
      lock          one server a data folder
      store         what the catalog calls, one transaction each
      roots, videos, marks, credentials    one module a noun

    disk/           FOLDERS, the only watchdog
      scan          what a root holds now
      watch         what happens in it
      inotify       the Linux half of watch
      folders       which folders are entered
      first_look    what stands at the named folders, without waiting for one that hangs
      fingerprint   size and three samples
      writing       whether somebody is still writing a file

    media/          FILES FROM INSIDE, in worker processes; the only PyAV and subprocess
      workers       the server's side: start, ask, limit, end
      worker        the process: python -m local_video_server.media.worker
      probe         a file -> Facts
      containers, tracks, unreadable, ffmpeg_log    its parts

    jobs/           BACKGROUND WORK
      background    one bounded queue, priorities, no duplicates

    web/            FLASK. Holds no rule
      routes        all addresses, on one screen
      site          the Flask application
      house         what the views work with
      views/        read the request, one call, one answer
        pages, marks, api, files, admin    one module a kind
      answers       results -> pages, JSON, refusals, headers; the guard
      access        who may
      passwords     admin and viewer
      disk_gate     a hung disk keeps a few threads, never all
      page_cache    finished pages; the only Flask-Caching
      static_files  style sheets, scripts, icons, stamped
      live          server-sent events
      byte_ranges, conditional, content_disposition    HTTP, as pure functions
      presenting    filters, and a video as JSON
      openapi       every JSON address
"""

"""Local Video Server: point it at folders of videos, everybody at home browses and watches.

The subject stands in the middle and knows nothing outside; each outside thing has one folder that may import the
subject and nothing else of ours; only application.py joins them (tests/test_architecture.py holds this).

    application     joins everything: create_app(settings), start, stop
    workshop        joins the background work
    observatory     joins what measures the server
    checking        joins the doctor, also of --check
    gauges          joins what is read off its parts
    migration       joins what database_migration.py works with
    moving_text     what became of an old library, for people and scripts
    handing_over    a command gives its work to the running server
    settings        the table of settings; the only reader of os.environ and lvs.toml
    terminal        what start says: addresses, QR code, progress bar
    versions        which version of what runs here
    serving         the embedded Granian: port, start, stop
    bridge          one request from Granian to a WSGI application and back
    behind          how far behind the reader of a live feed is
    wsgi            the application called: environ, bodies, what goes wrong
    streams         which videos are being sent now
    memory          what was freed goes back to the system
    networks        which networks this machine is in
    logs            what the server says: terminal, server.log, the last lines
    failure_log     thumbnail_errors.log
    old_files       what of the original server lies here, unread

    library/        THE SUBJECT, standard library only
      video         a video and a root, as frozen values
      facts         what is inside a file: tracks, chapters, shape, length
      files         a file, a scan and a sighting, as the disk shows them
      formats       which names are looked at, which containers there are
      titles        a title read from a file name
      playlists     playlists: values, names
      playlisting   the only ways to change a playlist
      running_order    what a playlist shows and plays
    text          text as people compare it and as machines may show it
      marks         ratings, favorites, tags, views: their rules, and all of them
      snapshot      everything the pages read, frozen
      browsing      filter, sort, pages
      search        words in any order
      related       what to watch next
      history       what was watched, and when
      habits        at which hour, what never, what not for long
      beside        which picture lies beside which video
      poster        a video's picture: what it is made from, its sizes
      moving        what another library says about its videos
      moving_in     reads, backs up, stores: all of it or nothing
      carried_json  the same as JSON
      naming        which video a name from another library means
      merging       which of its marks are taken
      reconcile     known and found -> Changes: who is this file?
      settling      whether a copy has ended
      catalog       the current snapshot, and the only ways to change it
      marking       its half that viewers use
      store         what the catalog needs of the database
      indexing      the thread that keeps one root
      inbox         what its watcher tells it
      permit        whether it may look now: paused, cancelled
      comparing     what it found against what is known
      index         all roots
      disk          what they need of the disk, handed in
      watching      the watch of a root, and whether it is whole
      sightings     what the watcher's news ask to be looked at
      fingerprinting    a root's fingerprints, in the background
      root_report   how it stands with a root
      probing       which videos wait to be looked into
      postering     which videos wait for a poster, what failed
      poster_report  how it stands with the posters
      left_alone    which videos get none until somebody looks
      shelf         the thumbnails folder and what is known of it
      backup        a backup: its name, when one is due, which may go
      tasking       what the admin may start, pause and cancel
      backing_up    when the database is backed up, what failed
      budget        what leaves when its room is used up
      job           how a job ended, how much waits
      failure       a job that failed, and when it is tried again
      failures      all that failed of one kind
      brake         when a kind of job pauses
      viewers       whether somebody watches just now
      figures       how the server feels, as values: what was counted
      readings      and what was read off the machine
      health        whether the server does what it is there for
      targets       when a number is good, a warning, poor
      doctor        what is well with the machine, and what mends the rest
      examined      what the doctor is told of it, as values
      checkup       when the doctor looks
      events        what happened, by name
      errors        everything that can be refused

    database/       SQLITE, the only SQLAlchemy
      tables        the schema
      column_types  what SQLite has no type for
      migrations/   how older files are brought to it
      upgrade       runs the migrations when the stored form differs
      backups       the folder with backups: make, list, delete
      restoring     a backup takes the place of library.db
      querying      how long the statements take
      integrity     whether library.db is whole
      connection    the one writer, its pragmas and transactions
      lock          one server a data folder
      store         what the catalog calls, one transaction each
      roots, videos, marks, playlists, posters, jobs, credentials    one module a noun
      video_rows    a row of the database as a video
      moving        another library's marks, in one transaction
      metrics       metrics.db: what was counted, which may be lost
      awaiting      what of them waits for its file, and whose it is
      moved_marks   their part that reads and writes marks in batches
      moving_out    the whole library as what another could move in
      old/          OLD FILES, in and out
        reading       which reader stands behind which command
        json_files    the original server's four, and its totals
        sidecars      files with tags beside videos
        json_text     one JSON file of somebody else's, with bounds
        sqlite_file   the SQLite file of its later version, unchanged and judged whole
        sqlite_tables    its rows
        gathering     what they say, by the name of the video
        values        what a value in them means
        library_file  library.json, our own
        export        all five files, as the original's server reads them

    disk/           FOLDERS, the only watchdog
      scan          what a root holds now
      watch         what happens in it
      inotify       the Linux half of watch
      folders       which folders are entered
      first_look    what stands at the named folders, without waiting for one that hangs
      fingerprint   size and three samples
      letter_case   whether a file system takes "A" for "a"
      writing       whether somebody is still writing a file
      derived       what lies in the thumbnails folder
      patience      calls to a disk that may hang
      places        how a folder stands that the doctor looks at
      mounts        which file system lies under a path

    media/          FILES FROM INSIDE, in worker processes; the only PyAV, Pillow and subprocess
      workers       the server's side: start, ask, limit, end
      pool          one worker for each thread that asks
      worker        the process: python -m local_video_server.media.worker
      probe         a file -> Facts
      opening, containers, tracks, unreadable, ffmpeg_log    its parts
      poster        a file -> picture files
      frames        the frame that stands for a film
      judging       black, blank, blurred, or good
      shaping       turned, stretched and coloured as it is shown
      tone_mapping  HDR made watchable
      beside        a picture that somebody put beside the film
      encoding      JPEG and AVIF, in all sizes
      tones         two colours that stand in for a picture
      keeping       written beside, flushed, renamed
      about         what the libraries inside are and can do

    jobs/           BACKGROUND WORK
      background    one bounded queue, priorities, no duplicates
      line          its jobs of one kind, and what became of them

    monitoring/     NUMBERS
      spread        how durations spread; the only HdrHistogram
      counted       one series being counted, one minute of all
      ledger        minutes, hours, and what pages ask of them
      keeping       once a minute to metrics.db
      machine       the last readings, and who takes them
      process       what the process and its machine are busy with
      storage       what lies where, and how much room is left
      census        how many videos there are of each status
      sending       which videos are being sent, to whom
      prometheus    all of it as Prometheus reads it; the only prometheus_client

    web/            FLASK. Holds no rule
      routes        all addresses, on one screen
      site          the Flask application
      house         what the views work with
      views/        read the request, one call, one answer
        pages, history, playlists, pictures, marks, api, files, health    one module a kind
        admin, tasks, doctor, performance    the same, for the admin and for programs
        original, original_ratings, original_playlists    the original server's addresses
        left_out    those of them that answer 410
      answers       results -> pages, JSON, refusals, headers; the guard
      dialects      how a refusal looks: page, our JSON, the original's JSON
      original_shapes    the original server's answers, made from a snapshot
      performance_query    which window, order and limit of the numbers is asked for
      performance_shapes, performance_parts    the numbers as its dashboard's JSON
      access        who may
      passwords     admin and viewer
      rate_limit    how often one client may rate
      disk_gate     a hung disk keeps a few threads, never all
      page_cache    finished pages; the only Flask-Caching
      static_files  style sheets, scripts, icons, stamped
      file_slice    part of a file as an answer
      live          server-sent events
      byte_ranges, conditional, content_disposition    HTTP, as pure functions
      dashboard     the panels of /admin, and what each shows
      route_table   the addresses and how fast they were: order, CSV
      charts        numbers as the paths of an SVG
      presenting    filters, and a video as JSON
      m3u8          a list of videos for other players
      openapi/      every JSON address, described
        our_paths, original_paths, performance_paths    what is asked and answered
        operations    how one address is described
        schemas, original_schemas, performance_schemas, examples    shapes of answers, and answers
"""

VERSION = "0.1.0"  # as pyproject.toml has it

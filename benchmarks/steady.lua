-- For wrk: as percentiles.lua tells it, but each connection waits 50 ms before it asks again.
dofile("benchmarks/percentiles.lua")
function delay()
  return 50
end

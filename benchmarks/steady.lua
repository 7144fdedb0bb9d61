-- For wrk: as percentiles.lua tells it, but each connection waits up to 100 ms before it asks again. By chance, since
-- connections that all wait alike ask all at once, and then wait for each other before the server hears of them.
dofile("benchmarks/percentiles.lua")
function delay()
  return math.random(0, 100)
end

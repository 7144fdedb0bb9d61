-- For wrk: one line of JSON with the rate, the median, p95 and the errors.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"rate": %f, "p50_ms": %f, "p95_ms": %f, "errors": %d}\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end

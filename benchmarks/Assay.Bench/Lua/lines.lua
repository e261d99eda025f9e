-- Each request takes the next line of a file, once: "PATH<tab>AUTHORIZATION<tab>BODY FILE or -". Arguments: METHOD, FILE.
-- A thread stops when its lines are used up, so that a run measures exactly these requests.
local next_thread = 0

function setup(thread)
  thread:set("id", next_thread)
  next_thread = next_thread + 1
end

function init(args)
  method = args[1]
  lines = {}
  for line in io.lines(args[2]) do
    local path, authorization, file = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    local body = nil
    if file ~= "-" then
      local handle = assert(io.open(file, "rb"))
      body = handle:read("*a")
      handle:close()
    end
    local headers = { ["authorization"] = authorization, ["content-type"] = "application/json" }
    lines[#lines + 1] = wrk.format(method, path, headers, body or "")
  end
  at = 0
  answered = 0
  failed = 0
end

function request()
  at = at + 1
  if at > #lines then
    -- More connections than lines left: something harmless until the last answer is in.
    return wrk.format("GET", "/-/ping")
  end
  return lines[at]
end

function response(status)
  answered = answered + 1
  if status >= 400 then
    failed = failed + 1
  end
  if answered >= #lines then
    wrk.thread:stop()
  end
end

-- Each request takes the next line of a file: "PATH<tab>AUTHORIZATION<tab>BODY FILE or -". Arguments: METHOD, FILE, once | again.
-- With `once` a line is never used twice; when they are used up the run fails (404), because its figure would mean nothing.

function init(args)
  local method = args[1]
  again = args[3] == "again"
  lines = {}
  for line in io.lines(args[2]) do
    local path, authorization, file = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    local body = ""
    if file ~= "-" then
      local handle = assert(io.open(file, "rb"))
      body = handle:read("*a")
      handle:close()
    end
    local headers = { ["authorization"] = authorization, ["content-type"] = "application/json" }
    lines[#lines + 1] = wrk.format(method, path, headers, body)
  end
  at = 0
end

function request()
  at = at + 1
  if at > #lines then
    if not again then
      return wrk.format("GET", "/-/lines-used-up")
    end
    at = 1
  end
  return lines[at]
end

using System.Buffers;
using System.Collections.Frozen;

namespace Assay.Npm;

/// <summary>The rules that older names may break and new ones may not (validate-npm-package-name 7, its "warnings").</summary>
internal static class NewPackageRules
{
    private const int MaxLength = 214;

    private static readonly SearchValues<char> SpecialCharacters = SearchValues.Create("~'!()*");

    private static readonly FrozenSet<string> CoreModules =
        ("_http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _stream_duplex _stream_passthrough "
        + "_stream_readable _stream_transform _stream_wrap _stream_writable _tls_common _tls_wrap assert assert/strict async_hooks "
        + "buffer child_process cluster console constants crypto dgram diagnostics_channel dns dns/promises domain events fs "
        + "fs/promises http http2 https inspector inspector/promises module net os path path/posix path/win32 perf_hooks process "
        + "punycode querystring readline readline/promises repl stream stream/consumers stream/promises stream/web string_decoder "
        + "sys timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib "
        + "node:sea node:sqlite node:test node:test/reporters").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static IReadOnlyList<string> ProblemsOf(PackageName name)
    {
        List<string> problems = [];
        if (CoreModules.Contains(name.Value.ToLowerInvariant()))
            problems.Add($"{name.Value} is the name of a module of Node.js itself");
        if (name.Value.Length > MaxLength)
            problems.Add($"a name has at most {MaxLength} characters, with its scope");
        if (name.Value.AsSpan().ContainsAnyInRange('A', 'Z'))
            problems.Add("a name has no capital letters");
        if (name.BaseName.AsSpan().ContainsAny(SpecialCharacters))
            problems.Add("a name has none of the characters ~'!()*");
        return problems;
    }
}

using Assay.Cli.Registry;
using Assay.Cli.State;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Logs;

/// <summary>Whom a log's checkpoints must be signed by: keys that were given, those of the last time, or, the first time, those it shows.</summary>
internal sealed record LogTrust(string Origin, IReadOnlyList<LogKey> Keys, bool IsFirstUse)
{
    public static LogTrust Decide(LogDescription shown, RememberedLog? remembered, IReadOnlyCollection<NoteKey> given)
    {
        if (remembered is not null && remembered.Origin != shown.Origin)
        {
            throw new LogRefuted(
                $"The log calls itself {shown.Origin} now, and {remembered.Origin} before. Ask its operator why it was reopened. What is remembered is kept; "
                + "to begin anew, name another state file (--state FILE).");
        }
        if (given.Count > 0)
        {
            return new LogTrust(shown.Origin, [.. given.Select(key => Given(key, shown))], remembered is null);
        }
        if (remembered is null)
        {
            return new LogTrust(shown.Origin, shown.Keys, IsFirstUse: true);
        }
        RefuseOtherKeys(shown.Keys, remembered.Keys);
        return new LogTrust(shown.Origin, shown.Keys, IsFirstUse: false);
    }

    /// <summary>
    /// One key of each kind must have signed: with one alone, whoever holds that one could show another history. Retired keys sign nothing new.
    /// </summary>
    public Checkpoint Verify(ReadOnlySpan<byte> note, DateTimeOffset now)
    {
        var current = Keys.Where(key => key.SignsAt(now)).Select(key => key.Key).ToList();
        if (!UnverifiedCheckpoint.TryParse(note, out var unverified))
        {
            throw new LogRefuted("The log's checkpoint cannot be read.");
        }
        if (!unverified.TryVerify(new KnownLog(Origin, current), [], out var checkpoint, out var refusal))
        {
            throw new LogRefuted($"The checkpoint is not signed as it must be ({refusal}).");
        }
        var missing = current.Select(key => key.GetType()).Except(checkpoint.Signatures.Select(signature => signature.Key.GetType()));
        return missing.Any() ? throw new LogRefuted("The checkpoint lacks the signature of one of the log's keys.") : checkpoint;
    }

    // Times are the registry's word in either case: a key that was given is believed without end if the registry does not list it.
    private static LogKey Given(NoteKey key, LogDescription shown) =>
        shown.Keys.FirstOrDefault(listed => listed.Key.ToString() == key.ToString()) ?? new LogKey(key, null, null);

    private static void RefuseOtherKeys(IReadOnlyList<LogKey> shown, IReadOnlyList<RememberedKey> remembered)
    {
        var (now, before) = (shown.Select(key => $"{key.Key}").ToHashSet(), remembered.Select(key => key.Note).ToHashSet());
        if (!now.SetEquals(before))
        {
            throw new LogRefuted(
                $"The log's keys have changed. New: {Listed(now.Except(before))}. Gone: {Listed(before.Except(now))}. If its operator confirms each of them by another "
                + "way than this registry, give them all once with --log-key. What is remembered is kept.");
        }
    }

    private static string Listed(IEnumerable<string> keys) => string.Join(", ", keys) is { Length: > 0 } list ? list : "none";
}

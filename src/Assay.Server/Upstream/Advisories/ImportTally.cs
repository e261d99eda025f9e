using Assay.Server.Upstream.Advisories.Osv;

namespace Assay.Server.Upstream.Advisories;

/// <summary>What an import has seen so far.</summary>
internal sealed class ImportTally(DateTimeOffset now)
{
    private const int MostNamed = 20;

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly List<string> named = [];
    private int withdrawn;
    private int others;
    private int problems;

    public int Advisories { get; private set; }

    public long Rows { get; private set; }

    /// <summary>How far the knowledge goes: of what says that it was changed in time to come, that is not believed.</summary>
    public DateTimeOffset KnownUntil { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>The advisory of this entry when it belongs into the import; else it is counted.</summary>
    public OsvAdvisory? Take(OsvEntry entry)
    {
        var (advisory, found) = entry.Json is { } json ? OsvReading.Of(json) : new OsvReading(null, [$"is larger than {OsvDump.LargestEntry} bytes"]);
        foreach (var problem in found)
        {
            Name($"{entry.Name}: {problem}");
        }
        if (advisory is null)
        {
            return null;
        }
        if (!seen.Add(advisory.Id))
        {
            Name($"{entry.Name}: {advisory.Id} is there twice; the first one counts");
            return null;
        }
        return Count(advisory, isUnreadable: found.Count > 0);
    }

    public IEnumerable<string> Lines()
    {
        yield return $"{Advisories} advisories about {Rows} packages, known until {KnownUntil:u}.";
        if (withdrawn > 0)
        {
            yield return $"{withdrawn} were withdrawn and are left out.";
        }
        if (others > 0)
        {
            yield return $"{others} are not about npm packages.";
        }
        if (problems > 0)
        {
            yield return $"Of {problems} something could not be read:";
            foreach (var name in named)
            {
                yield return $"  {name}";
            }
            if (problems > named.Count)
            {
                yield return $"  and {problems - named.Count} more";
            }
        }
    }

    private OsvAdvisory? Count(OsvAdvisory advisory, bool isUnreadable)
    {
        if (advisory.Modified <= now && advisory.Modified > KnownUntil)
        {
            KnownUntil = advisory.Modified;
        }
        if (advisory.IsWithdrawn)
        {
            withdrawn++;
            return null;
        }
        if (advisory.Ranges.Count == 0)
        {
            others += isUnreadable ? 0 : 1;
            return null;
        }
        Advisories++;
        Rows += advisory.Ranges.Count;
        return advisory;
    }

    private void Name(string problem)
    {
        problems++;
        if (named.Count < MostNamed)
        {
            named.Add(problem);
        }
    }
}

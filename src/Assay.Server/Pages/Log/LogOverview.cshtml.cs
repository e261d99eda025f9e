using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Server.Transparency;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The log: its checkpoint, who signs it, and what was logged last.</summary>
internal sealed class LogOverviewPage(LogGuard guard, ShowLog log, ReadLogged logged, PublicUrl url) : RegistryPage
{
    public ShownLog Log { get; private set; } = null!;

    public IReadOnlyList<SeenLeaf> Leaves { get; private set; } = [];

    /// <summary>What was looked for, as it was typed.</summary>
    public string? Wanted { get; private set; }

    /// <summary>Where the older leaves begin; null at the log's beginning.</summary>
    public long? Older { get; private set; }

    /// <summary>Where the newer ones end; null at the top.</summary>
    public long? Newer { get; private set; }

    public string Registry => url.Base.AbsoluteUri;

    public async Task<IActionResult> OnGetAsync(string? find, string? index, long? before)
    {
        if (guard.Refuse(this) is { } refused)
        {
            return refused;
        }
        if (long.TryParse(index, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at))
        {
            return Redirect($"{url.PathBase}/-/log/entries/{at}");
        }
        Log = await log.RunAsync(Stop);
        Wanted = find?.Trim();
        await (Wanted is { Length: > 0 } ? FindAsync(Wanted) : PageAsync(before));
        return Page();
    }

    private async Task FindAsync(string wanted)
    {
        // The name of a scoped package begins with the sign that parts it from the version.
        var sign = wanted.LastIndexOf('@');
        var (package, version) = sign > 0 ? (wanted[..sign], wanted[(sign + 1)..]) : (wanted, null);
        Leaves = await logged.FindAsync(package, version, Visitor.Caller, Stop);
    }

    private async Task PageAsync(long? before)
    {
        (Leaves, var size) = await logged.PageAsync(before, Visitor.Caller, Stop);
        Older = Leaves is [.., { Index: > 0 and var last }] ? last : null;
        Newer = before is { } end && end < size ? Math.Min(size, end + ReadLogged.PageSize) : null;
    }
}

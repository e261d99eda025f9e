using Assay.Server.TrustedPublishing;
using Assay.Trust.Linting;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Why a workflow file would not publish, before it is run.</summary>
[For(Circle.Members)]
internal sealed class LintPage(ReadPackageHead heads, AttemptRights rights, LintWorkflow lint) : TrustSubjectPage(heads, TrustTab.Lint)
{
    private const int LongestPath = 1024;

    public string Path { get; private set; } = ".github/workflows/publish.yml";

    public string Text { get; private set; } = "";

    /// <summary>Policy by policy; null before a file was given.</summary>
    public IReadOnlyList<LintResult>? Results { get; private set; }

    public async Task<IActionResult> OnGetAsync() => await RefusedAsync() ?? Page();

    public async Task<IActionResult> OnPostAsync(string? path, string? text)
    {
        if (await RefusedAsync() is { } refused)
        {
            return refused;
        }
        (Path, Text) = (path?.Trim() ?? "", text ?? "");
        if (Path.Length is 0 or > LongestPath || Text.Length == 0)
        {
            IsRefused("Give the file's path in its repository, and its text.");
            return Page();
        }
        // Forms end their lines as the web does, files as they like.
        var file = new LintFile(Path, Text.Replace("\r\n", "\n", StringComparison.Ordinal));
        (Results, var denial) = await lint.RunAsync(new LintRequest(Subject.Package!, null, null, file), Stop);
        if (IsRefused(denial))
        {
            Results = null;
        }
        return Page();
    }

    private async Task<IActionResult?> RefusedAsync()
    {
        if (!await FindSubjectAsync() || Subject.Package is not { } package)
        {
            return UnknownSubject();
        }
        return await rights.RefuseAsync(package, Member, Stop) is { } refused ? Refused(refused) : null;
    }
}

using Assay.Npm;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>The page on which a package is reported. Until it is sent it says nothing of whether there is such a package.</summary>
[For(Circle.Members)]
internal sealed class ReportPage(MakeReport make, IOptions<PackagesOptions> options) : RegistryPage
{
    public static IReadOnlyDictionary<string, string> Kinds { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [ReportRow.Malware] = "It does harm on purpose",
        [ReportRow.Vulnerability] = "It has a vulnerability",
        [ReportRow.Impersonation] = "Its name passes for another",
        [ReportRow.Other] = "Something else",
    };

    public PackageName Name { get; private set; } = null!;

    public string Kind { get; private set; } = "";

    public string Version { get; private set; } = "";

    public string Text { get; private set; } = "";

    public IActionResult OnGet(string package) => IsNamed(package) ? Page() : NoName(package);

    public async Task<IActionResult> OnPostAsync(string package)
    {
        if (!IsNamed(package))
        {
            return NoName(package);
        }
        (Kind, Version, Text) = (Sent("kind"), Sent("version"), Sent("text"));
        var (draft, unread) = ReportDraft.Read(Name, Kind, Version, Text, options.Value.LongestReport);
        if (draft is null)
        {
            IsRefused(unread);
            return Page();
        }
        var (report, refusal) = await make.RunAsync(draft, Member, Stop);
        return IsRefused(refusal)
            ? Page()
            : MessagePage.Of(
                new MessageText($"Report {Name}", [$"Thank you. This is report {report!.Id}; those who can act are told, and you are when it is closed."]) { Next = ($"Back to {Name}", PackageHead.AddressOf(Name)) },
                StatusCodes.Status200OK);
    }

    private bool IsNamed(string package)
    {
        var isName = PackageName.TryParse(package, null, out var name);
        Name = name!;
        return isName;
    }

    private static IActionResult NoName(string package) => Message("Report a package", StatusCodes.Status404NotFound, $"{package} is not the name of a package.");
}

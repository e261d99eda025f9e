using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>What a person says of themselves, and their password.</summary>
[For(Circle.Members)]
internal sealed class ProfilePage(ReadOwnAccount read, ChangeProfile profile, ChangePassword password) : RegistryPage
{
    public ProfileFacts Facts { get; private set; } = new("", null, null, null);

    public bool HasPassword { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? done)
    {
        Said = done switch
        {
            "saved" => "Saved.",
            "mailed" => "Saved. A link was mailed to the new address; until you open it and confirm, the old one stays.",
            _ => null,
        };
        Facts = ProfileFacts.Of((await read.RunAsync(Member.PersonId, Stop)).Person);
        return await ShowAsync();
    }

    public async Task<IActionResult> OnPostSaveAsync()
    {
        string? Given(string field) => Sent(field).Trim() is { Length: > 0 } text ? text : null;
        Facts = new ProfileFacts(Given("email") ?? "", Given("fullname"), Given("homepage"), Given("github"));
        var (waiting, denial) = await profile.RunAsync(HttpContext, Member, Facts, Stop);
        return IsRefused(denial) ? await ShowAsync() : LocalRedirect($"~/-/account/profile?done={(waiting is null ? "saved" : "mailed")}");
    }

    public async Task<IActionResult> OnPostPasswordAsync()
    {
        Facts = ProfileFacts.Of((await read.RunAsync(Member.PersonId, Stop)).Person);
        var wanted = Sent("password");
        return IsRefused(NewPassword.Mismatch(wanted, Sent("again")))
            || IsRefused(await password.RunAsync(HttpContext, Member, Sent("old"), wanted, Stop, butBrowser: Visitor.Session!.Key))
            ? await ShowAsync()
            : LocalRedirect("~/-/account?done=password");
    }

    private async Task<IActionResult> ShowAsync()
    {
        HasPassword = (await read.RunAsync(Member.PersonId, Stop)).HasPassword;
        return Page();
    }
}

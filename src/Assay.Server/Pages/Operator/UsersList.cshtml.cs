using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>People, found and invited.</summary>
[For(Circle.Administrators)]
internal sealed class UsersListPage(ReadPeople people, Invitations invitations, MailIsOn mail, SecondFactorGate gate) : OperatorPage
{
    public IReadOnlyList<ShownPerson> People { get; private set; } = [];

    public string? Next { get; private set; }

    public string? Wanted { get; private set; }

    public IReadOnlyList<InvitationRow> Invited { get; private set; } = [];

    /// <summary>Shown this one time, to be handed over.</summary>
    public string? Link { get; private set; }

    public bool HasMail => mail.Value;

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["invited"] = "The invitation goes to them by mail.",
        ["revoked"] = "The invitation counts no more.",
    };

    public async Task OnGetAsync(string? find, string? after)
    {
        SayDone();
        await LoadAsync(find, after);
    }

    public Task<IActionResult> OnPostInviteAsync()
    {
        var wanted = new NewInvitation(Typed("name").Trim(), Typed("email").Trim(), IsTicked("administrator")) { IsShown = IsTicked("showLink") };
        var words = $"invite {wanted.Name} ({wanted.Email}){(wanted.IsAdministrator ? " as an administrator" : "")}";
        return LinkedAsync(() => invitations.InviteAsync(wanted, Administrator, Ask(gate, words), Stop));
    }

    public Task<IActionResult> OnPostAgainAsync(string? invited) =>
        LinkedAsync(() => invitations.ResendAsync(invited ?? "", IsTicked("showLink"), Administrator, Ask(gate, $"invite {invited} again"), Stop));

    public async Task<IActionResult> OnPostRevokeAsync(string? invited)
    {
        var denial = await invitations.RevokeAsync(invited ?? "", Administrator, Ask(gate, $"revoke the invitation of {invited}"), Stop);
        await LoadAsync(null, null);
        return IsRefused(denial) ? Page() : Done("revoked");
    }

    // A link is not put into an address, so it is shown at once, and a reload asks before it sends the form again.
    private async Task<IActionResult> LinkedAsync(Func<Task<(WrittenInvitation? Written, JsonAnswer? Denial)>> run)
    {
        var (written, denial) = await run();
        await LoadAsync(null, null);
        if (IsRefused(denial))
        {
            return Page();
        }
        Link = written!.Link;
        return Link is null ? Done("invited") : Page();
    }

    private async Task LoadAsync(string? find, string? after)
    {
        Wanted = find?.Trim() is { Length: > 0 } text ? text : null;
        (People, Next) = await people.SearchAsync(Wanted, after, Stop);
        Invited = await invitations.ListAsync(Stop);
    }
}

using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>One person, and what administrators do with them.</summary>
[For(Circle.Administrators)]
internal sealed class UserShowPage(
    ReadPeople people, SignedInPlaces places, ChangePerson change, ResetFactors factors, ResetPassword password, MailIsOn mail, SecondFactorGate gate) : OperatorPage
{
    public ShownPerson Person { get; private set; } = null!;

    public IReadOnlyList<SignedInPlace> Places { get; private set; } = [];

    /// <summary>Shown this one time, to be handed over.</summary>
    public string? Link { get; private set; }

    public bool HasMail => mail.Value;

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["disable"] = "The account is disabled: every sign-in and every token has ended. Its name, packages and history stay.",
        ["enable"] = "The account is enabled again. The tokens of before stay ended.",
        ["promote"] = "They are an administrator now.",
        ["demote"] = "They are no administrator any more.",
        ["factors"] = "They have no second factor, no recovery code and no signed-in browser any more. Tell them in person, and see that a new one is set up soon.",
        ["password"] = "Their password counts no more, every sign-in has ended, and a link to choose another goes to them by mail.",
        ["sessions"] = "Every sign-in of theirs has ended. Tokens that they made for something else stay.",
    };

    public async Task<IActionResult> OnGetAsync(string name)
    {
        SayDone();
        return await LoadAsync(name) ?? Page();
    }

    public async Task<IActionResult> OnPostChangeAsync(string name, string? act)
    {
        var known = act switch
        {
            "disable" => PersonAct.Disable,
            "enable" => PersonAct.Enable,
            "promote" => PersonAct.Promote,
            "demote" => PersonAct.Demote,
            _ => (PersonAct?)null,
        };
        return await LoadAsync(name) ?? (IsRefused(known is null ? "Choose what is to be done." : null)
            || IsRefused(await change.RunAsync(name, known!.Value, Administrator, Ask(gate, $"{act} the account {name}"), Stop))
                ? Page()
                : Done(act!));
    }

    public async Task<IActionResult> OnPostFactorsAsync(string name) =>
        await LoadAsync(name) ?? (IsRefused(await Ask(gate, $"take away all second factors of {name}")()) || IsRefused(await factors.RunAsync(name, Administrator, Stop)) ? Page() : Done("factors"));

    public async Task<IActionResult> OnPostPasswordAsync(string name)
    {
        if (await LoadAsync(name) is { } unknown)
        {
            return unknown;
        }
        var (link, denial) = await password.RunAsync(name, IsTicked("showLink"), Administrator, Ask(gate, $"reset the password of {name}"), Stop);
        if (IsRefused(denial))
        {
            return Page();
        }
        await LoadAsync(name);
        Link = link;
        return link is null ? Done("password") : Page();
    }

    public async Task<IActionResult> OnPostSessionsAsync(string name)
    {
        if (await LoadAsync(name) is { } unknown)
        {
            return unknown;
        }
        if (IsRefused(await Ask(gate, $"end all sign-ins of {name}")()))
        {
            return Page();
        }
        await places.EndOthersAsync(Person.Row.Id, name, butToken: null, butBrowser: null, Member.Actor, Stop);
        return Done("sessions");
    }

    private async Task<IActionResult?> LoadAsync(string name)
    {
        if (await people.FindAsync(name, Stop) is not { } found)
        {
            return Message("Not found", StatusCodes.Status404NotFound, $"There is no person named {name}.");
        }
        Person = found;
        Places = await places.ListAsync(found.Row.Id, Stop);
        return null;
    }
}

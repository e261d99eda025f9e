using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Policies;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The denies on the scopes of one organisation: listed, added, ended. They are trust policies like the others.</summary>
[For(Circle.Members)]
internal sealed class DeniesPage(ReadOrganisations read, PolicyListing listing, CreatePolicy create, EndPolicy end, PolicyGate gate) : OrganisationPageBase(read)
{
    public static IReadOnlyList<string> Offered { get; } = [.. Enum.GetValues<TrustActions>().SelectMany(action => action.Names()).Distinct()];

    public IReadOnlyList<PolicyView> List { get; private set; } = [];

    public string Target { get; private set; } = "";

    public IReadOnlyList<string> Actions { get; private set; } = ["publish"];

    public string Binding { get; private set; } = "";

    public string Note { get; private set; } = "";

    public Task<IActionResult> OnGetAsync(string org, string? done)
    {
        Said = done switch
        {
            "added" => "The deny holds from now on.",
            "ended" => "The end of the deny is set. Where that has to cool off, or a second person to agree, it holds until then.",
            _ => null,
        };
        return ShowAsync(org);
    }

    public async Task<IActionResult> OnPostAddAsync(string org)
    {
        if (await FindAsync(org) is { } unknown)
        {
            return unknown;
        }
        (Target, Binding, Note) = (Sent("target").Trim(), Sent("binding").Trim(), Sent("note").Trim());
        Actions = [.. Request.Form["actions"].OfType<string>()];
        var json = new JsonObject
        {
            ["target"] = Target,
            ["effect"] = "deny",
            ["actions"] = new JsonArray([.. Actions.Select(action => JsonValue.Create(action))]),
            ["note"] = Note,
        };
        if (Binding.Length > 0)
        {
            json["binding"] = Binding;
        }
        if (!PolicyDocument.TryRead(JsonElement.Parse(json.ToJsonString()), out var document, out var problems))
        {
            IsRefused(string.Join(' ', problems));
            return await ShowAsync(org);
        }
        if (IsRefused(document.Target is { } named && Organisation.Scopes.Contains(named.Scope) ? null : $"{Target} is not in a scope of this organisation."))
        {
            return await ShowAsync(org);
        }
        var act = SensitiveAct.Of($"create a trust policy on {document.Target}", json);
        return IsRefused(await gate.RefuseAsync(HttpContext, Member, document.Target!, document.Effect, act, Stop))
            || IsRefused((await create.RunAsync(document, document.Target!, PolicyWriter.Of(Member), Stop)).Denial)
            ? await ShowAsync(org)
            : LocalRedirect($"~/-/orgs/{org}/denies?done=added");
    }

    public async Task<IActionResult> OnPostEndAsync(string org)
    {
        var id = Sent("id");
        return IsRefused(await gate.RefuseAsync(HttpContext, Member, id, SensitiveAct.Of($"end the trust policy {id}"), Stop))
            || IsRefused((await end.RunAsync(id, PolicyWriter.Of(Member), Stop)).Denial)
            ? await ShowAsync(org)
            : LocalRedirect($"~/-/orgs/{org}/denies?done=ended");
    }

    private async Task<IActionResult> ShowAsync(string org)
    {
        if (await FindAsync(org) is { } unknown)
        {
            return unknown;
        }
        if (!Manages)
        {
            return Message("Denies", StatusCodes.Status403Forbidden, "Owners and admins of the organisation, and administrators of this registry, see and write its denies.");
        }
        List = await listing.DeniesAsync(PolicyWriter.Of(Member), Organisation.Scopes, Stop);
        return Page();
    }
}

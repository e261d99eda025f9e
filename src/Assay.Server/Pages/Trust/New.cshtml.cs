using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>A new policy, or one in another's place: the provider, its form, a look at what would come of it, and then it is written.</summary>
[For(Circle.Members)]
internal sealed class NewPolicyPage(
    ReadPackageHead heads, OfferIssuers issuers, PreviewPolicy preview, CreatePolicy create, ReplacePolicy replace, PolicyGate gate, PolicyListing listing,
    AttemptDrafts attempts, PublishGuides guides, PublicUrl url) : TrustSubjectPage(heads, TrustTab.New)
{
    /// <summary>The issuers that may publish these names; one is chosen first.</summary>
    public IReadOnlyList<TrustedIssuer> Issuers { get; private set; } = [];

    /// <summary>Null while no issuer is chosen.</summary>
    public PolicyForm? Form { get; private set; }

    public PolicyPreview? Preview { get; private set; }

    public PublishGuide? Guide { get; private set; }

    /// <summary>npm's command for the same policy; null where it has none.</summary>
    public string? NpmCommand { get; private set; }

    /// <summary>Why npm has no command for it.</summary>
    public string? NoNpmCommand { get; private set; }

    /// <summary>The policy that this one replaces; null for a new one.</summary>
    public string? Replaces { get; private set; }

    /// <summary>The refused attempt that this one is made from.</summary>
    public long? From { get; private set; }

    /// <summary>Whether it is a step of the first start, which goes on afterwards; its other steps are for administrators.</summary>
    public bool IsSetup => Visitor.IsAdministrator && (Request.HasFormContentType ? Sent("setup") : Request.Query["setup"].ToString()) == "true";

    public async Task<IActionResult> OnGetAsync(string? provider, string? binding, string? effect, string? replaces, long? from)
    {
        if (await RefusedAsync() is { } refused)
        {
            return refused;
        }
        (Replaces, From) = (replaces, from);
        if (replaces is not null || from is not null)
        {
            return await DraftedAsync() ?? Page();
        }
        var chosen = Issuers.Where(issuer => binding is null ? issuer.Definition.Id == provider : issuer.Binding.Id == binding).ToList();
        Form = chosen is [var only] ? PolicyForm.New(only.Definition, only.Binding.Id, Subject.Target)
            : effect == "deny" && binding is null && provider is null ? PolicyForm.New(null, null, Subject.Target)
            : null;
        return Page();
    }

    /// <summary>Shows what would come of it.</summary>
    public async Task<IActionResult> OnPostPreviewAsync(string? binding, string? replaces, long? from)
    {
        if (await ReadAsync(binding, replaces, from) is { } refused)
        {
            return refused;
        }
        if (Document() is { } document)
        {
            await LookAsync(document.Policy);
        }
        return Page();
    }

    /// <summary>Back to the form, as it was typed.</summary>
    public async Task<IActionResult> OnPostEditAsync(string? binding, string? replaces, long? from) => await ReadAsync(binding, replaces, from) ?? Page();

    public async Task<IActionResult> OnPostCreateAsync(string? binding, string? replaces, long? from)
    {
        if (await ReadAsync(binding, replaces, from) is { } refused)
        {
            return refused;
        }
        if (Document() is not { } document)
        {
            return Page();
        }
        if (!IsRefused(await WriteAsync(document.Json, document.Policy)))
        {
            return IsSetup ? LocalRedirect($"~/-/setup/workflow?package={Uri.EscapeDataString(Subject.Name)}") : ToList(Replaces is null ? "created" : "replaced");
        }
        // The refusal is shown; what would come of it beside it.
        await LookAsync(document.Policy, isRefusedAlready: true);
        return Page();
    }

    private async Task<JsonAnswer?> WriteAsync(JsonObject json, PolicyDocument document)
    {
        var writer = PolicyWriter.Of(Member);
        var target = document.Target!;
        if (Replaces is { } id)
        {
            var act = SensitiveAct.Of($"replace the trust policy {id}", json).On(target.Text);
            return await gate.RefuseAsync(HttpContext, Member, id, act, Stop) ?? (await replace.RunAsync(id, document, writer, Stop)).Denial?.ToAnswer();
        }
        var created = SensitiveAct.Of($"create a trust policy on {target}", json);
        return await gate.RefuseAsync(HttpContext, Member, target, document.Effect, created, Stop) ?? (await create.RunAsync(document, target, writer, Stop)).Denial?.ToAnswer();
    }

    private async Task LookAsync(PolicyDocument document, bool isRefusedAlready = false)
    {
        (Preview, var denial) = await preview.RunAsync(document, document.Target!, Replaces, PolicyWriter.Of(Member), Stop);
        if ((!isRefusedAlready && IsRefused(denial)) || Preview is not { } look)
        {
            return;
        }
        Guide = await guides.ForAsync(look.Policy, Stop);
        if (look.Definition is { } definition)
        {
            NpmTrustCommand.TryWrite(definition, look.Policy, url.Base, out var command, out var problem);
            (NpmCommand, NoNpmCommand) = (command, problem);
        }
    }

    /// <summary>What was typed, as the API takes it; null when the problem is shown.</summary>
    private (JsonObject Json, PolicyDocument Policy)? Document()
    {
        var (json, problem) = Form!.ToDocument();
        if (IsRefused(problem))
        {
            return null;
        }
        if (!PolicyDocument.TryRead(JsonElement.Parse(json!.ToJsonString()), out var document, out var problems))
        {
            IsRefused(ProposePolicy.Bad(problems));
            return null;
        }
        if (document.Target is not { } target || !(Subject.IsAbout(target) || (Subject.Head is null && target.Scope == Subject.Scope)))
        {
            IsRefused($"The policy speaks of '{Form.Value("target")}', this page of {Subject.Name}.");
            return null;
        }
        return (json, document);
    }

    private async Task<IActionResult?> ReadAsync(string? binding, string? replaces, long? from)
    {
        if (await RefusedAsync() is { } refused)
        {
            return refused;
        }
        (Replaces, From) = (replaces, from);
        var chosen = string.IsNullOrEmpty(binding) ? null : Issuers.FirstOrDefault(issuer => issuer.Binding.Id == binding);
        if (!string.IsNullOrEmpty(binding) && chosen is null)
        {
            IsRefused("That issuer may not publish these names any more. Choose another.");
            return Page();
        }
        Form = PolicyForm.Read(chosen?.Definition, chosen?.Binding.Id, await Request.ReadFormAsync(Stop));
        return null;
    }

    /// <summary>The form of what is replaced, or of what a run would have needed.</summary>
    private async Task<IActionResult?> DraftedAsync()
    {
        if (Replaces is { } id)
        {
            var (view, denial) = await listing.FindAsync(id, PolicyWriter.Of(Member), Stop);
            if (view?.Policy is not { } policy || !Subject.IsAbout(policy.Target))
            {
                return Message($"{Subject.Name}: no such policy", StatusCodes.Status404NotFound, denial?.Text ?? $"{Subject.Name} has no policy {id} that could be replaced.");
            }
            Fill(PolicyDocument.Write(policy, view.Row.Note), policy.BindingId);
            return null;
        }
        var (draft, refused) = Subject.Package is { } package ? await attempts.FindAsync(package, From!.Value, Member, Stop) : (null, null);
        if (draft is null)
        {
            IsRefused(refused ?? PackageRules.Unknown(Subject.Name).ToAnswer());
            return null;
        }
        Said = draft.Review;
        Fill(PolicyDocument.Write(draft.Policy, note: $"From attempt {From}."), draft.Policy.BindingId);
        return null;
    }

    private void Fill(JsonObject document, string? binding)
    {
        document.Remove("binding");
        document.Remove("provider");
        Form = PolicyForm.Of(Issuers.FirstOrDefault(issuer => issuer.Binding.Id == binding)?.Definition, binding, document);
    }

    private async Task<IActionResult?> RefusedAsync()
    {
        if (!await FindSubjectAsync())
        {
            return UnknownSubject();
        }
        if (!NamePattern.TryParse(Subject.Target, out var target))
        {
            return UnknownSubject();
        }
        (Issuers, var denial) = await issuers.ForAsync(target, PolicyWriter.Of(Member), Stop);
        return denial is null ? null : Refused(denial);
    }
}

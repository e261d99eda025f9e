using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>How a package is published: its lock, what is demanded besides, stages, owners, readers and tags.</summary>
[For(Circle.Members)]
internal sealed class PublishingPage(
    ReadPackageHead heads, ReadPublishingAccess read, ChangeLock locks, StagingSettings staging, ChangeAccess access, ChangeOwners owners, ChangePackage tags, AskForPackage ask,
    SecondFactorGate factor) : RegistryPage
{
    private PackageName name = null!;

    public PackageHead Head { get; private set; } = null!;

    public PublishingAccess Access { get; private set; } = null!;

    public Task<IActionResult> OnGetAsync(string package, string? done)
    {
        Said = PublishingWords.Said(done);
        return ShownAsync(package);
    }

    public Task<IActionResult> OnPostLockAsync(string package, string? held) => ChangeAsync(package, "lock", () =>
        PublishLocks.Parse(held) is { } wanted ? SetAsync(new WantedLock(wanted)) : Task.FromResult<JsonAnswer?>(NpmError.BadRequest("Choose a lock.", "invalid-lock")));

    public Task<IActionResult> OnPostDemandAsync(string package, string? demand, bool on) => ChangeAsync(package, "demand", () => PublishingWords.DemandOf(demand, on) is { } wanted
        ? SetAsync(wanted)
        : Task.FromResult<JsonAnswer?>(NpmError.BadRequest("Choose what is required.", "invalid-lock")));

    public Task<IActionResult> OnPostStagingAsync(string package, int approvals, int days, bool everyPublish) => ChangeAsync(package, "staging", () =>
    {
        var wanted = new WantedStaging(approvals, days, everyPublish);
        return approvals is >= 1 and <= StagingSettings.MostApprovals && days is >= 1 and <= StagingSettings.MostDays
            ? staging.ChangeAsync(name, Member, wanted, Ask(SensitiveAct.Of($"change how {name} is staged", $"{wanted}")), Stop)
            : Task.FromResult<JsonAnswer?>(NpmError.BadRequest($"Approvals are 1 to {StagingSettings.MostApprovals}, days 1 to {StagingSettings.MostDays}."));
    });

    public Task<IActionResult> OnPostReadersAsync(string package, string? readers) => ChangeAsync(package, "readers", () =>
    {
        var json = new System.Text.Json.Nodes.JsonObject { ["access"] = readers };
        return WantedAccess.TryRead(json, out var wanted, out var problem)
            ? access.RunAsync(name, wanted, Member, Ask(SensitiveAct.Of($"change who reads {name}", json)), Stop)
            : Task.FromResult<JsonAnswer?>(problem);
    });

    public Task<IActionResult> OnPostAddOwnerAsync(string package, string? user) => ChangeAsync(package, "owners", () =>
        owners.AddAsync(name, user?.Trim() ?? "", Member, Ask(SensitiveAct.Of($"make {user} an owner of {name}", user)), Stop));

    public Task<IActionResult> OnPostRemoveOwnerAsync(string package, string? user) => ChangeAsync(package, "owners", () =>
        owners.RemoveAsync(name, user ?? "", Member, Ask(SensitiveAct.Of($"remove {user} from the owners of {name}", user)), Stop));

    public Task<IActionResult> OnPostTagAsync(string package, string? tag, string? version) => ChangeAsync(package, "tags", () =>
        !DistTag.TryParse(tag?.Trim(), out var wanted) ? Task.FromResult<JsonAnswer?>(NpmError.BadRequest($"'{tag}' cannot be a tag: a tag is a plain word that is not a version range.", "invalid-tag"))
        : !SemanticVersion.TryParse(version?.Trim(), out var number) ? Task.FromResult<JsonAnswer?>(NpmError.BadRequest($"'{version}' is no version.", "invalid-version"))
        : tags.SetTagAsync(
            name, wanted, number.ToString(), Member, ask.Of(HttpContext, Member, name, SensitiveAct.Of($"point the tag {wanted} of {name} to {number}", "set", wanted.Value, number.ToString())), Stop));

    public Task<IActionResult> OnPostRemoveTagAsync(string package, string? tag) => ChangeAsync(package, "tags", () => DistTag.TryParse(tag, out var wanted)
        ? tags.RemoveTagAsync(name, wanted, Member, ask.Of(HttpContext, Member, name, SensitiveAct.Of($"remove the tag {wanted} of {name}", "remove", wanted.Value)), Stop)
        : Task.FromResult<JsonAnswer?>(NpmError.NotFound($"There is no tag '{tag}'.")));

    private async Task<JsonAnswer?> SetAsync(WantedLock wanted) =>
        (await locks.OfPackageAsync(name, wanted, Member, factor.Asking(HttpContext, Member, wanted.AskedOf(name.Value)), Stop)).Refusal;

    private Func<CancellationToken, Task<JsonAnswer?>> Ask(SensitiveAct act) => factor.Asking(HttpContext, Member, act.On(name.Value));

    private async Task<IActionResult> ChangeAsync(string package, string done, Func<Task<JsonAnswer?>> change)
    {
        if (!PackageName.TryParse(package, null, out var parsed))
        {
            return Unknown(package);
        }
        name = parsed;
        return IsRefused(await change()) ? await ShownAsync(package) : LocalRedirect($"~/{PackageHead.AddressOf(name)}/publishing?done={done}");
    }

    private async Task<IActionResult> ShownAsync(string package)
    {
        if (!PackageName.TryParse(package, null, out var parsed))
        {
            return Unknown(package);
        }
        name = parsed;
        Head = await heads.OfAsync(name, Visitor, PackageTab.Publishing, version: null, Stop);
        var (found, denial) = await read.OfPackageAsync(name, Member, Stop);
        if (found is null)
        {
            return denial!.Status is StatusCodes.Status404NotFound ? Unknown(package) : Message($"{name}: publishing access", denial.Status, denial.Text);
        }
        Access = found;
        return Page();
    }
}

using Assay.Server.Data.Rows;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>The lock of a package or a scope.</summary>
internal sealed class LockStrictness(ILocked row, DateTimeOffset now, string by) : Strictness<PublishLock>
{
    public override string Name => "lock";

    public override StrictnessEvents Events => StrictnessEvents.OfLocks;

    public override string Word(PublishLock value) => value.Word();

    public override bool Says(PublishLock value) => row.At(now) == value;

    public override bool IsLooser(PublishLock value) => value < Holds;

    public override void Set(PublishLock value) => row.Set(value, now, by);

    public override void Keep() => row.Keep();

    public override void LoosenFrom(DateTimeOffset at, PublishLock value) => row.LoosenFrom(at, value, now, by);
}

/// <summary>One demand of a package or a scope.</summary>
internal sealed class DemandStrictness(ILocked row, DemandKind kind, DateTimeOffset now, string by) : Strictness<bool>
{
    public override string Name => $"demand {kind.Word()}";

    public override string Detail => $"{kind.Word()} ";

    public override StrictnessEvents Events => StrictnessEvents.OfDemands;

    public override string Word(bool value) => value ? "on" : "off";

    public override bool Says(bool value) => value == Holds;

    public override bool IsLooser(bool value) => Holds && !value;

    public override void Set(bool value) => row.SetDemand(kind, value ? new Demand(now, by, null) : default);

    public override void Keep() => LoosenAt(null);

    public override void LoosenFrom(DateTimeOffset at, bool value) => LoosenAt(at);

    private void LoosenAt(DateTimeOffset? at) => row.SetDemand(kind, row.DemandOf(kind) with { Until = at });
}

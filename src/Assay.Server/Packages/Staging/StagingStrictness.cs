using System.Globalization;
using Assay.Server.Data.Rows;

namespace Assay.Server.Packages;

/// <summary>What a package itself asks of its stages. By the time, not by a job: what was loosened holds from its time on.</summary>
internal static class OwnStaging
{
    /// <summary>Null where the registry's setting holds.</summary>
    public static int? ApprovalsAt(this PackageRow row, DateTimeOffset now) => row.StageApprovalsNextAt <= now ? row.StageApprovalsNext : row.StageApprovals;

    public static bool StagesEveryPublishAt(this PackageRow row, DateTimeOffset now) => row.StagesEveryPublish && !(row.StagesEveryPublishUntil <= now);

    public static (int To, DateTimeOffset At)? WaitingApprovals(this PackageRow row, DateTimeOffset now) =>
        row is { StageApprovalsNext: { } next, StageApprovalsNextAt: { } at } && at > now ? (next, at) : null;

    public static DateTimeOffset? WaitingEndOfEvery(this PackageRow row, DateTimeOffset now) => row.StagesEveryPublishAt(now) ? row.StagesEveryPublishUntil : null;
}

/// <summary>How many people approve a stage.</summary>
internal sealed class ApprovalsStrictness(PackageRow row, int atLeast, DateTimeOffset now) : Strictness<int>
{
    public override string Name => "number of approvals";

    public override string Detail => "approvals ";

    public override StrictnessEvents Events => StrictnessEvents.OfStaging;

    public override string Word(int value) => value.ToString(CultureInfo.InvariantCulture);

    public override bool Says(int value) => row.ApprovalsAt(now) == value;

    // Below the registry's own number nothing changes.
    public override bool IsLooser(int value) => Math.Max(value, atLeast) < Math.Max(Holds, atLeast);

    public override void Set(int value)
    {
        row.StageApprovals = value;
        Keep();
    }

    public override void Keep() => (row.StageApprovalsNext, row.StageApprovalsNextAt) = (null, null);

    public override void LoosenFrom(DateTimeOffset at, int value)
    {
        row.StageApprovals = row.ApprovalsAt(now);
        (row.StageApprovalsNext, row.StageApprovalsNextAt) = (value, at);
    }
}

/// <summary>Whether every publish becomes a stage.</summary>
internal sealed class EveryPublishStrictness(PackageRow row) : Strictness<bool>
{
    public override string Name => "staging of every publish";

    public override string Detail => "every publish ";

    public override StrictnessEvents Events => StrictnessEvents.OfStaging;

    public override string Word(bool value) => value ? "on" : "off";

    public override bool Says(bool value) => value == Holds;

    public override bool IsLooser(bool value) => Holds && !value;

    public override void Set(bool value) => (row.StagesEveryPublish, row.StagesEveryPublishUntil) = (value, null);

    public override void Keep() => row.StagesEveryPublishUntil = null;

    public override void LoosenFrom(DateTimeOffset at, bool value) => (row.StagesEveryPublish, row.StagesEveryPublishUntil) = (true, at);
}

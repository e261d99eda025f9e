namespace Assay.Server.Tests.TrustedPublishing.Field;

/// <summary>One row of the survey of other registries, and how we show that this one keeps what it says there about itself.</summary>
internal sealed record FieldRow(int Number, string Name, Func<FieldWorld, Task> ProveAsync);

namespace Assay.Server.Packages;

/// <summary>What owners say of their package's provenance: whether everybody may see its private source, and whether it may end. Null leaves it as it is.</summary>
internal sealed record ProvenanceSettings(bool? ShowsSource, bool? MayLoseProvenance);

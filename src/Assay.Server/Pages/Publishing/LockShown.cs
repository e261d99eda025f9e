using Assay.Server.Packages;

namespace Assay.Server.Pages;

/// <summary>A lock and demands on a page.</summary>
/// <param name="Access">What holds.</param>
/// <param name="Scope">The package's scope, for words; null for none.</param>
internal sealed record LockShown(PublishingAccess Access, string? Scope);

namespace Assay.Trust.Refusals;

/// <summary>An expected "no": a stable code, a text anyone may read, and detail for owners and the audit log only.</summary>
public sealed record Refusal(string Code, string PublicText, string? PrivateDetail = null);

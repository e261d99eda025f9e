namespace Assay.Provenance.Tuf;

/// <summary>
/// One making of what the online key signs. All its files have the issue's number: it rises whenever a target changes and whenever the end comes
/// near, and no number is ever given to two contents, because clients keep what they have of a number they know.
/// </summary>
public sealed record TufIssue(int Version, DateTimeOffset Expires);

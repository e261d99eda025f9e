namespace Assay.Server.Identity;

/// <summary>
/// The second factor that a page's form carried, beside its request, where <see cref="SecondFactorGate"/> finds it in place of npm's header. It is there, empty, for every form of a page, so that
/// no page is answered with a challenge meant for terminals.
/// </summary>
internal sealed record GivenOnPage(FactorAnswer? Answer);

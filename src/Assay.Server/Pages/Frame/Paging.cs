namespace Assay.Server.Pages;

/// <summary>Which part of a long list is shown, and where the others are.</summary>
/// <param name="From">How many come before.</param>
/// <param name="Size">How many a page has.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Address">Below the registry, with its query, to which <c>from</c> is added.</param>
internal sealed record Paging(int From, int Size, long Total, string Address)
{
    public string? Earlier => From > 0 ? At(Math.Max(0, From - Size)) : null;

    public string? Later => From + Size < Total ? At(From + Size) : null;

    public string Words => Total == 0 ? "None" : $"{Shown.Count(Math.Min(From + 1, Total))} to {Shown.Count(Math.Min(From + Size, Total))} of {Shown.Count(Total)}";

    private string At(int from) => from == 0 ? Address : $"{Address}{(Address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}from={from}";
}

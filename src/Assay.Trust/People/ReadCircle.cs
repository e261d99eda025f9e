namespace Assay.Trust.People;

/// <summary>Who reads a package without any role of their own in it; each includes those before it.</summary>
public enum ReadCircle
{
    /// <summary>Nobody: reading takes a role.</summary>
    Teams,

    /// <summary>Everybody who is signed in.</summary>
    Members,

    /// <summary>Everybody.</summary>
    Public,
}

public static class ReadCircles
{
    /// <summary>As stored, configured and shown: <c>teams</c>, <c>members</c>, <c>public</c>.</summary>
    public static string Word(this ReadCircle circle) => circle switch
    {
        ReadCircle.Public => "public",
        ReadCircle.Members => "members",
        _ => "teams",
    };

    /// <summary>The words of the circles wider than this.</summary>
    public static IReadOnlyList<string> WordsAbove(ReadCircle circle) => [.. Enum.GetValues<ReadCircle>().Where(wider => wider > circle).Select(Word)];

    public static ReadCircle? Parse(string? word) => word switch
    {
        "teams" => ReadCircle.Teams,
        "members" => ReadCircle.Members,
        "public" => ReadCircle.Public,
        _ => null,
    };
}

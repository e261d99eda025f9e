namespace Assay.Core.Tests.Npm;

/// <summary>Makes texts that are nearly right: parts that matter, in likely orders, with small damage now and then.</summary>
internal sealed class Texts(int seed)
{
    private static readonly string[] NameParts =
    [
        "a", "x1", "lodash", "Node_Modules", "node_modules", "favicon.ico", "http", "HTTP", "fs", "node:test", "stream", "web", "-", "_", ".",
        "..", "~", "'", "!", "(", ")", "*", " ", "\u00A0", "%", "%2f", "/", "//", "@", "@acme", "@acme/", "@/", "é", "\u0130", "\uFEFF", "A", "0", "+", "&",
    ];

    private static readonly string[] Numbers =
        ["0", "1", "2", "3", "10", "01", "00", "9007199254740991", "9007199254740992", "99999999999999999999", "", "-1", "1a"];

    private static readonly string[] Identifiers =
        ["0", "1", "2", "11", "01", "alpha", "beta", "rc", "x", "a-b", "-", "--", "0a", "1-1", "9007199254740992", "é", "", "_"];

    private static readonly string[] Joints = [" ", "  ", " || ", "||", " - ", "-", ",", "\t", "\n", "\u00A0", " | "];

    private static readonly string[] Bounds =
        ["", "", "", "^", "~", "~>", ">", ">=", "<", "<=", "=", "==", "> ", "^ ", "~ ", ">= ", "v", "=v", "!", "<>"];

    private readonly Random random = new(seed);

    public static List<string> Many(int count, Func<string> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    public string Name()
    {
        var name = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(NameParts)));
        var length = random.Next(40) == 0 ? random.Next(205, 225) : 0;
        return random.Next(3) == 0 ? $"@scope/{name}" + new string('n', length) : name + new string('n', length);
    }

    public string Version() => Damaged(Pick(["", "", "", "", "v", "=", " ", "\uFEFF", "\u0085", "v=", "V"]) + Core(tidy: random.Next(4) > 0));

    public string TidyVersion() => Core(tidy: true);

    public string Range()
    {
        var range = Comparator();
        for (var more = random.Next(5) - 2; more > 0; more--)
            range += (random.Next(3) > 0 ? " " : Pick(Joints)) + Comparator();
        return Damaged(range);
    }

    private string Comparator() => Pick(Bounds) + (random.Next(2) == 0 ? Core(tidy: true) : Partial());

    private string Partial()
    {
        var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(3) == 0 ? Pick(["x", "X", "*"]) : Small());
        return string.Join('.', parts) + (random.Next(6) == 0 ? "-" + Identifier() : "") + (random.Next(8) == 0 ? "+" + Identifier() : "");
    }

    private string Core(bool tidy)
    {
        var numbers = Enumerable.Range(0, !tidy && random.Next(8) == 0 ? random.Next(1, 5) : 3).Select(_ => tidy ? Small() : Pick(Numbers));
        var core = string.Join('.', numbers);
        if (random.Next(2) == 0)
            core += "-" + string.Join('.', Enumerable.Range(0, random.Next(1, 4)).Select(_ => tidy ? TidyIdentifier() : Identifier()));
        if (random.Next(5) == 0)
            core += "+" + (tidy ? TidyIdentifier() : Identifier());
        return random.Next(60) == 0 ? core + "-" + new string('z', random.Next(235, 262)) : core;
    }

    private string Damaged(string text)
    {
        if (random.Next(12) > 0 || text.Length == 0)
            return text;
        var at = random.Next(text.Length);
        return random.Next(2) == 0 ? text.Remove(at, 1) : text.Insert(at, Pick(Joints));
    }

    private string Small() => Pick(["0", "0", "1", "1", "2", "3", "10"]);

    private string Identifier() => Pick(Identifiers);

    private string TidyIdentifier() => Pick(["0", "1", "2", "11", "alpha", "beta", "rc", "x", "a-b", "-", "0a"]);

    private string Pick(string[] choices) => choices[random.Next(choices.Length)];
}

namespace Assay.Trust.Linting.Files;

/// <summary>The variables that a step sees, from the nearest map outwards; what the CI system sets beside them is not known here.</summary>
internal sealed class Variables(params IReadOnlyList<WorkflowNode?> maps)
{
    public IEnumerable<string> Names => maps.SelectMany(map => map?.Members.Select(member => member.Key) ?? []);

    public IEnumerable<string> Values => maps.SelectMany(map => map?.Members.SelectMany(member => member.Value.Texts) ?? []);

    public string? this[string name] => maps.Select(map => map?[name]?.Text).FirstOrDefault(text => text is not null);

    public bool Has(string name) => Names.Contains(name, StringComparer.Ordinal);

    /// <summary>The text with a variable that is known filled in, or null when it names one that is not.</summary>
    public string? Fill(string text)
    {
        var name = text.StartsWith("${", StringComparison.Ordinal) && text.EndsWith('}') ? text[2..^1] : text.StartsWith('$') ? text[1..] : null;
        var filled = name is null ? text : this[name];
        return filled is null || filled.Contains('$') ? null : filled;
    }
}

namespace Assay.Trust.Linting.Files;

/// <summary>A value of a workflow file: a text, a list, a map, or something that another place fills in.</summary>
internal sealed class WorkflowNode
{
    // A long text weighs as much as many short ones, so that aliases of it do too.
    private const int TextUnit = 100;

    private readonly string? text;
    private readonly IReadOnlyList<WorkflowNode>? items;
    private readonly IReadOnlyList<(string Key, WorkflowNode Value)>? members;

    private WorkflowNode(int line, int size) => (Line, Size) = (line, size);

    private WorkflowNode(int line, string text)
        : this(line, 1 + (text.Length / TextUnit)) => this.text = text;

    private WorkflowNode(int line, IReadOnlyList<WorkflowNode> items)
        : this(line, 1 + items.Sum(item => item.Size)) => this.items = items;

    private WorkflowNode(int line, IReadOnlyList<(string Key, WorkflowNode Value)> members)
        : this(line, 1 + members.Sum(member => member.Value.Size)) => this.members = members;

    public int Line { get; }

    /// <summary>How many values there are in it when every alias is written out.</summary>
    public int Size { get; }

    public string? Text => text;

    public bool IsMap => members is not null;

    public bool IsList => items is not null;

    public IReadOnlyList<WorkflowNode> Items => items ?? [];

    public IReadOnlyList<(string Key, WorkflowNode Value)> Members => members ?? [];

    public WorkflowNode? this[string key] => Members.FirstOrDefault(member => member.Key == key).Value;

    /// <summary>The text, or all texts of the list and the lists in it: most settings may be written either way.</summary>
    public IEnumerable<string> Texts => text is not null ? [text] : Items.SelectMany(item => item.Texts);

    /// <summary>This value and all within it.</summary>
    public IEnumerable<WorkflowNode> All => [this, .. Items.SelectMany(item => item.All), .. Members.SelectMany(member => member.Value.All)];

    public static WorkflowNode OfText(int line, string text) => new(line, text);

    public static WorkflowNode OfItems(int line, IReadOnlyList<WorkflowNode> items) => new(line, items);

    public static WorkflowNode OfMembers(int line, IReadOnlyList<(string Key, WorkflowNode Value)> members) => new(line, members);

    /// <summary>A value that stands elsewhere, as GitLab's <c>!reference</c>.</summary>
    public static WorkflowNode Elsewhere(int line) => new(line, size: 1);

    public bool IsElsewhere => text is null && items is null && members is null;

    /// <summary>The member's texts; none when it is not there.</summary>
    public IReadOnlyList<string> TextsOf(string key) => [.. this[key]?.Texts ?? []];
}

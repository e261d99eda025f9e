using Assay.Provenance.Log.Notes;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>An entry of the log: what it commits to, as far as the visitor may know, and the proof that it is in the tree.</summary>
internal sealed class LogEntryPage(LogGuard guard, ReadLogged logged, PublicUrl url) : RegistryPage
{
    public SeenLeaf Leaf { get; private set; } = null!;

    public LeafWords Words { get; private set; } = null!;

    public ProofTree Tree { get; private set; } = null!;

    public TreeHead Head { get; private set; } = null!;

    /// <summary>Whether the proof leads to the checkpoint's root.</summary>
    public bool Verifies { get; private set; }

    public string Registry => url.Base.AbsoluteUri;

    public async Task<IActionResult> OnGetAsync(long index)
    {
        if (guard.Refuse(this) is { } refused)
        {
            return refused;
        }
        if (await logged.ProveAsync(index, Visitor.Caller, Stop) is not { } proved)
        {
            return Message("Not found", StatusCodes.Status404NotFound, $"The log has no entry {index}, or not yet.");
        }
        Leaf = proved.Seen;
        Words = LeafWords.Of(Leaf);
        Head = proved.Checkpoint.Head;
        Verifies = proved.Proof.Verifies(Leaf.Hash, Head.Root);
        Tree = new ProofTree(new SeenProof(index, Head.Size, Leaf.Hash, proved.Proof.Steps(Leaf.Hash)));
        return Page();
    }
}

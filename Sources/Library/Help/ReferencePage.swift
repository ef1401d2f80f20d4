// What the reference page shows: every name that programs can use, in groups.

import Interpreter

extension Library {
  /// Every group in the order of the page.
  package var reference: [Reference.Group] {
    var left = Set(globals.known)
    var contents = Library.contents.map { title, names in
      (title, names: names.split(separator: " ").map(String.init).filter { left.remove($0) != nil })
    }
    var rest: [String] = []
    for name in left.sorted() {
      // What no list names stands behind the first name that its documentation refers to.
      if let place = place(besides: Library.related(name, globals), in: contents.map(\.names)) {
        contents[place.group].names.insert(name, at: place.index)
      } else {
        rest.append(name)
      }
    }
    contents.append(("More", names: rest))
    var groups = contents.map { title, names in
      Reference.Group(title: title, entries: names.compactMap { Library.entry($0, globals) })
    }
    groups.removeAll { $0.entries.isEmpty }
    groups += Notation.sections.map { section in
      Reference.Group(title: section.title, entries: section.entries.map(Library.entry))
    }
    return groups
  }

  /// The examples that a page cannot evaluate, by the name they belong to.
  private static let unrepeatable: Set = ["@time", "input", "load", "save"]

  /// The groups of the library's names, each in the order of a reader's need. A name need not be listed.
  private static let contents = [
    (
      "Making",
      """
      zeros ones fill eye diag tril triu linspace logspace zeros_like ones_like rand randn randint permutation shuffle \
      seed glorot he orthogonal onehot meshgrid
      """
    ),
    (
      "Shape",
      """
      shape length rank reshape permute transpose squeeze expand stack concat push repeat tile flip pad chunks roll \
      gather scatteradd sort argsort unique find diff enumerate zip iterate
      """
    ),
    (
      "Elementwise",
      """
      exp log log2 log₂ log10 log₁₀ log1p expm1 sqrt abs sign sin cos tan asin acos atan atan2 sinh cosh tanh erf \
      gamma lgamma digamma polygamma floor ceil round clamp max min where relu leakyrelu elu gelu silu softplus \
      sigmoid σ isnan isinf isfinite add subtract multiply divide negate power quotient remainder div
      """
    ),
    (
      "Reductions",
      """
      sum prod mean var std median quantile maximum minimum argmax argmin all any norm cumsum cumprod logsumexp softmax \
      logsoftmax cov corr cosine
      """
    ),
    (
      "Linear algebra",
      """
      product dot outer einsum kron inv solve det logdet trace lstsq pinv cholesky qr svd eigh eigenvalues \
      singular_values expm cond spectral_radius polyfit
      """
    ),
    (
      "Differentiation",
      """
      grad value_and_grad derivative partial jacobian hessian jvp vjp hvp stop withgrad checkpoint vmap show_tape \
      computation_graph check_gradient count_operations
      """
    ),
    (
      "Trees",
      "map leaves flatten unflatten merge pairs keys clip close compose"
    ),
    (
      "Layers",
      """
      dense conv2d conv1d maxpool avgpool upsample batchnorm layernorm dropout rnn rnncell rnn_init lstm lstmcell \
      lstm_init gru grucell gru_init attention multihead embedding residual
      """
    ),
    ("Losses", "mse mae huber crossentropy bce kl nll hinge"),
    ("Data", "load save digits moons spirals blobs shapes batches"),
    (
      "Descent",
      """
      descend train at fork sgd momentum nesterov adagrad rmsprop adam adamw newton natural linesearch bfgs cg
      """
    ),
    (
      "Figures",
      """
      plot scatter bars hist heatmap image contour region field track descent spectrum ribbon errorbars hline vline \
      arrow text grid described saliency sanity gradflow flow diagnose
      """
    ),
    (
      "Figures of optimisation and training",
      """
      race rate_sweep momentum_modes phase_portrait step_cartoon gradient_check_curve loss_curves spread training_board \
      gradient_strip gradient_histograms activation_histograms update_ratios type_ruler
      """
    ),
    (
      "Landscapes and dynamics",
      """
      landscape landscape_line gradient_field critical_points taylor_plot hessian_plot decision_boundary \
      integrated_path attention_map lyapunov stability depth_spectrum gradient_through_time skip_share \
      qubit_variance
      """
    ),
    (
      "Text and notebook",
      "print println eprintln string format split join parse display update clear_output input progress error"
    ),
    ("Element types and constants", "f64 f32 f16 bool dtype eps floatmin floatmax π pi ℯ Inf NaN"),
  ]

  /// The place right behind the first of `names` that is in a group.
  private func place(besides names: [String], in groups: [[String]]) -> (group: Int, index: Int)? {
    for name in names {
      for (group, members) in groups.enumerated() {
        if let index = members.firstIndex(of: name) { return (group, index + 1) }
      }
    }
    return nil
  }

  private static func related(_ name: String, _ library: Globals) -> [String] {
    guard let value = library.value(of: name) else { return [] }
    return Help.page(name, value, library).documentation.related
  }

  private static func entry(_ name: String, _ library: Globals) -> Reference.Entry? {
    guard let value = library.value(of: name) else { return nil }
    if case .function(let function) = value, function.isInternal { return nil }
    return entry([name], Help.page(name, value, library))
  }

  private static func entry(_ notation: Notation.Entry) -> Reference.Entry {
    entry(notation.names, Help.page(notation.names[0], notation))
  }

  private static func entry(_ names: [String], _ page: HelpPage) -> Reference.Entry {
    let isRepeatable = !names.contains { unrepeatable.contains($0) }
    return Reference.Entry(
      names: names, usage: page.usage, paragraphs: page.proseBlocks + (page.related.map { [$0] } ?? []),
      examples: page.documentation.examples.map { example in
        let isError = Notation.errorKinds.contains { example.output.hasPrefix($0.names[0] + ": ") }
        return Reference.Example(
          code: example.code, output: example.output, isRepeatable: isRepeatable, isError: isError)
      })
  }
}

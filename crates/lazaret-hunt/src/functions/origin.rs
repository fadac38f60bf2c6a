//! Which hunt a function of ours was made for, so that it can be made again on
//! another machine.
//!
//! Functions hold what is baked into them (compiled patterns, lists of terms) in
//! closures, which cannot be sent. What is sent instead is the hunt's
//! [`Recipe`] and the function's key among those that its lowering makes.

use std::{
    any::Any,
    cell::RefCell,
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use datafusion::logical_expr::{
    AggregateUDF, AggregateUDFImpl, ScalarUDF, ScalarUDFImpl, WindowUDF, WindowUDFImpl,
};

use super::{
    aggregate::Collect, distinct::Distinct, extreme::Extreme, json, predicate, row::RowFunction,
    running::Running,
};
use crate::{engine::recipe::Recipe, spl::Gather};

/// The recipe that a function was made by. All origins are equal: two functions
/// that compute the same are the same.
#[derive(Clone, Default)]
pub struct Origin(Option<Arc<Recipe>>);

impl Origin {
    /// The recipe that is being followed by this thread, if any.
    pub(crate) fn here() -> Self {
        Self(
            CURRENT
                .with_borrow(|current| current.as_ref().map(|making| Arc::clone(&making.recipe))),
        )
    }

    /// Whether the function is for this machine alone: no recipe makes it again.
    pub(crate) fn is_local(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for Origin {
    // Keys are made of what functions print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origin")
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// A function of ours.
pub(crate) trait Ours {
    /// Tells it apart from all others of a hunt.
    fn key(&self) -> String;

    /// Where it was made.
    fn origin(&self) -> &Origin;
}

/// The functions that a lowering made, by key.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) scalars: HashMap<String, Arc<ScalarUDF>>,
    pub(crate) aggregates: HashMap<String, Arc<AggregateUDF>>,
    pub(crate) windows: HashMap<String, Arc<WindowUDF>>,
}

struct Making {
    recipe: Arc<Recipe>,
    /// Only where the functions are asked for.
    made: Option<Made>,
}

thread_local! {
    static CURRENT: RefCell<Option<Making>> = const { RefCell::new(None) };
}

/// Ends the following of a recipe, also when it panics.
struct Following;

impl Drop for Following {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(Option::take);
    }
}

/// Follows a recipe while `work` lowers its hunt on this thread.
pub(crate) fn following<T>(recipe: &Arc<Recipe>, work: impl FnOnce() -> T) -> T {
    follow(recipe, None, work).0
}

/// The same, and keeps the functions that are made.
pub(crate) fn gathering<T>(recipe: &Arc<Recipe>, work: impl FnOnce() -> T) -> (T, Made) {
    let (result, made) = follow(recipe, Some(Made::default()), work);
    (result, made.unwrap_or_default())
}

fn follow<T>(
    recipe: &Arc<Recipe>,
    made: Option<Made>,
    work: impl FnOnce() -> T,
) -> (T, Option<Made>) {
    CURRENT.set(Some(Making {
        recipe: Arc::clone(recipe),
        made,
    }));
    let ending = Following;
    let result = work();
    let made = CURRENT.with_borrow_mut(|current| current.as_mut().and_then(|m| m.made.take()));
    drop(ending);
    (result, made)
}

/// The recipe that this thread follows.
pub(crate) fn current() -> Option<Arc<Recipe>> {
    Origin::here().0
}

fn keep(put: impl FnOnce(&mut Made)) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(made) = current.as_mut().and_then(|making| making.made.as_mut()) {
            put(made);
        }
    });
}

/// A function of one row.
pub(crate) fn scalar(function: impl Ours + ScalarUDFImpl + 'static) -> Arc<ScalarUDF> {
    let key = function.key();
    let made = Arc::new(ScalarUDF::from(function));
    keep(|all| {
        all.scalars.entry(key).or_insert_with(|| Arc::clone(&made));
    });
    made
}

/// An aggregate.
pub(crate) fn aggregate(function: impl Ours + AggregateUDFImpl + 'static) -> Arc<AggregateUDF> {
    let key = function.key();
    let made = Arc::new(AggregateUDF::from(function));
    keep(|all| {
        all.aggregates
            .entry(key)
            .or_insert_with(|| Arc::clone(&made));
    });
    made
}

/// A function of the rows in their order.
pub(crate) fn window(function: impl Ours + WindowUDFImpl + 'static) -> Arc<WindowUDF> {
    let key = function.key();
    let made = Arc::new(WindowUDF::from(function));
    keep(|all| {
        all.windows.entry(key).or_insert_with(|| Arc::clone(&made));
    });
    made
}

/// A function of ours among others: its key and its recipe.
fn ours(function: &dyn Any) -> Option<&dyn Ours> {
    fn is<T: Ours + 'static>(function: &dyn Any) -> Option<&dyn Ours> {
        function.downcast_ref::<T>().map(|found| found as _)
    }
    type Look = for<'b> fn(&'b dyn Any) -> Option<&'b dyn Ours>;
    let kinds: [Look; 10] = [
        is::<RowFunction>,
        is::<predicate::Column>,
        is::<json::Elements>,
        is::<json::Positions>,
        is::<json::ToJson>,
        is::<Collect>,
        is::<Distinct>,
        is::<Extreme>,
        is::<Gather>,
        is::<Running>,
    ];
    kinds.iter().find_map(|kind| kind(function))
}

/// The key and recipe of a function of ours; `None` for any other, and where it
/// was made without a recipe.
pub(crate) fn of(function: &dyn Any) -> Option<(String, &Arc<Recipe>)> {
    let found = ours(function)?;
    Some((found.key(), found.origin().0.as_ref()?))
}
